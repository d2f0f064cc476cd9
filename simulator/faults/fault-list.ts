import type { FaultSpec, ModifierFault, RefuseFault, ResponseFault, StreamFault } from './fault-spec.js';

type ScopedFault = Exclude<FaultSpec, RefuseFault>;

/** The faults that apply to one request. */
export interface ActiveFaults {
  readonly response?: ResponseFault;
  readonly stream?: StreamFault;
  readonly modifiers: readonly ModifierFault[];
}

const MODIFIERS: ReadonlySet<string> = new Set([
  'framing',
  'usage',
  'pace',
  'insert',
  'text',
] satisfies ModifierFault['kind'][]);
const RESPONSES: ReadonlySet<string> = new Set([
  'status',
  'instead-of-stream',
  'no-headers',
] satisfies ResponseFault['kind'][]);

/** The scripted faults of one provider, in the order they were added. */
export class FaultList {
  #entries: { spec: ScopedFault; left: number }[] = [];

  add(spec: ScopedFault): void {
    this.#entries.push({ spec, left: spec.times ?? Number.POSITIVE_INFINITY });
  }

  clear(): void {
    this.#entries = [];
  }

  all(): readonly FaultSpec[] {
    return this.#entries.map((entry) => entry.spec);
  }

  /** The faults for one request, each counted as used once. */
  take(question: string, continuation: boolean): ActiveFaults {
    const modifiers: ModifierFault[] = [];
    let main: ResponseFault | StreamFault | undefined;
    for (const entry of this.#entries) {
      if (!applies(entry.spec, question, continuation)) continue;
      if (isModifier(entry.spec)) modifiers.push(entry.spec);
      else if (main === undefined) main = entry.spec;
      else continue;
      entry.left--;
    }
    this.#entries = this.#entries.filter((entry) => entry.left > 0);
    if (main === undefined) return { modifiers };
    return isResponse(main) ? { response: main, modifiers } : { stream: main, modifiers };
  }
}

function applies({ match, on }: ScopedFault, question: string, continuation: boolean): boolean {
  if (match !== undefined && !question.includes(match)) return false;
  return on === undefined || (on === 'continuation') === continuation;
}

function isModifier(spec: ScopedFault): spec is ScopedFault & ModifierFault {
  return MODIFIERS.has(spec.kind);
}

function isResponse(spec: ResponseFault | StreamFault): spec is ResponseFault {
  return RESPONSES.has(spec.kind);
}
