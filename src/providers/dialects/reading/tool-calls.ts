import { newId } from '../../../wire/ids.js';
import type { ToolCallPart } from '../../completion.js';
import { isObject } from './json.js';
import { WellFormedText } from './well-formed-text.js';

/** Ids that every client can hold; any other is replaced by one of ours. */
const USABLE_ID = /^[A-Za-z0-9_-]{1,64}$/;
/** No caller may offer more tools, and no answer calls all of them. */
const MAX_CALLS = 128;
/** Arguments that come before the name of what is called; nobody is shown them yet. */
const MAX_HELD_CHARS = 1024 * 1024;

interface Call {
  readonly index: number;
  /** What callers know it by. */
  readonly id: string;
  /** What the provider knows it by; empty where it gives none. */
  readonly providerId: string;
  readonly text: WellFormedText;
  name: string;
  /** Arguments that came before the name. */
  held: string;
  hasArguments: boolean;
}

/** Receives what is said of tool calls. */
export interface ToolCallSink {
  part(part: ToolCallPart): void;
  /** The provider sent something that can't be called. */
  broken(message: string): void;
}

/**
 * `tool_calls` of any provider → pieces as OpenAI streams them: id and name once, at the start, then arguments. Calls
 * come in pieces or whole, with or without `index` and `id` (or with one `index` for all), arguments as text or as an
 * object; a name that is repeated or empty says nothing.
 */
export class ToolCallReader {
  readonly #calls: Call[] = [];
  /** The latest call at each `index` of the provider's. */
  readonly #byIndex = new Map<number, Call>();

  constructor(private readonly sink: ToolCallSink) {}

  get any(): boolean {
    return this.#calls.length > 0;
  }

  /** Whether any of it is new: a call, its name, or arguments. */
  push(entries: readonly unknown[]): boolean {
    let isNew = false;
    for (const entry of entries) {
      if (!isObject(entry)) continue;
      const { id, index, function: called } = entry;
      const providerIndex = typeof index === 'number' ? index : undefined;
      const details = isObject(called) ? called : {};
      if (this.#read(providerIndex, textOf(id), textOf(details['name']), argumentsOf(details['arguments'])))
        isNew = true;
    }
    return isNew;
  }

  /** The answer is complete. Callers parse the arguments, so a call without any gets an empty object. */
  end(): void {
    for (const call of this.#calls) {
      if (call.name === '') this.sink.broken('called a tool without a name');
      const rest = call.text.end() || (call.hasArguments ? '' : '{}');
      if (rest !== '') this.sink.part({ type: 'tool-call', index: call.index, arguments: rest });
    }
  }

  #read(providerIndex: number | undefined, id: string, name: string, args: string): boolean {
    const known = providerIndex === undefined ? this.#calls.at(-1) : this.#byIndex.get(providerIndex);
    const call = known === undefined || isAnother(known, id, name) ? this.#open(providerIndex, id) : known;
    if (call === undefined) return false;
    const isNew = call !== known || args !== '' || (call.name === '' && name !== '');
    const said = call.text.push(args);
    call.hasArguments ||= said !== '';
    const { index } = call;
    if (call.name !== '') {
      if (said !== '') this.sink.part({ type: 'tool-call', index, arguments: said });
      return isNew;
    }
    call.held += said;
    if (call.held.length > MAX_HELD_CHARS) this.sink.broken('sent too many arguments before the name of a tool');
    if (name === '') return isNew;
    call.name = name.toWellFormed().replaceAll('\0', '\uFFFD');
    this.sink.part({ type: 'tool-call', index, id: call.id, name: call.name, arguments: call.held });
    return isNew;
  }

  #open(providerIndex: number | undefined, providerId: string): Call | undefined {
    const index = this.#calls.length;
    if (index >= MAX_CALLS) {
      this.sink.broken('called too many tools');
      return undefined;
    }
    const usable = USABLE_ID.test(providerId) && this.#calls.every(({ id }) => id !== providerId);
    const id = usable ? providerId : `call_${newId()}`;
    const call = { index, id, providerId, text: new WellFormedText(), name: '', held: '', hasArguments: false };
    this.#calls.push(call);
    this.#byIndex.set(providerIndex ?? index, call);
    return call;
  }
}

/** Whether what comes at the providerIndex of `call` begins another one. */
function isAnother(call: Call, id: string, name: string): boolean {
  if (call.providerId !== '') return id !== '' && id !== call.providerId;
  return name !== '' && call.hasArguments;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function argumentsOf(value: unknown): string {
  return isObject(value) ? JSON.stringify(value) : textOf(value);
}
