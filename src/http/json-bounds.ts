import { ProblemException } from './problem.exception.js';
import { prototypeNameProblem } from './prototype-name.js';

/** What a body may be made of. Validation costs more than linear time in the names of one object. */
interface JsonBounds {
  /** Names of one object. */
  readonly namesPerObject: number;
  /** Names and items of all objects and lists together. */
  readonly values: number;
  /** Schemas of tools have fields of any name; whoever reads them takes only those that it knows. */
  readonly anyNames: boolean;
}

/** Deeper than anything that is valid here; what comes after walks bodies recursively. */
const MAX_DEPTH = 32;

/** The largest body of these endpoints has a dozen fields and no list. */
export const CHAT_BOUNDS: JsonBounds = { namesPerObject: 200, values: 1_000, anyNames: false };

/**
 * A schema of one tool rarely has more than a hundred properties; 2,000 messages in 16 parts each, or 128 tools of 700
 * values, stay below the sum.
 */
export const OPENAI_BOUNDS: JsonBounds = { namesPerObject: 1_000, values: 100_000, anyNames: true };

/** The problem of a body that validation would not survive, or would not see. It takes time linear in `bounds.values`. */
export function flawOf(body: object, bounds: JsonBounds): ProblemException | undefined {
  return new Walk(bounds).flawIn(body, MAX_DEPTH);
}

class Walk {
  #left: number;

  constructor(private readonly bounds: JsonBounds) {
    this.#left = bounds.values;
  }

  flawIn(value: unknown, levels: number): ProblemException | undefined {
    if (typeof value !== 'object' || value === null) return undefined;
    if (levels === 0) return invalid('The body is nested too deeply.');
    const count = Array.isArray(value) ? value.length : Object.keys(value).length;
    const { namesPerObject, values, anyNames } = this.bounds;
    if (count > namesPerObject && !Array.isArray(value))
      return invalid(`An object in the body has more than ${namesPerObject} fields.`);
    if ((this.#left -= count) < 0) return invalid(`The body has more than ${values} values.`);
    for (const [name, child] of Object.entries(value)) {
      const named = anyNames ? undefined : prototypeNameProblem(name);
      const flaw = named ?? this.flawIn(child, levels - 1);
      if (flaw) return flaw;
    }
    return undefined;
  }
}

function invalid(detail: string): ProblemException {
  return new ProblemException({ status: 400, code: 'invalid_request', detail });
}
