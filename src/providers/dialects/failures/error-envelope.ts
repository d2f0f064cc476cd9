import { isObject, parseJson, type JsonObject } from '../reading/json.js';

/** A field of the request that an error names. */
export interface NamedField {
  /** OpenAI's `param`, or FastAPI's `loc` without `body`, as a path: `messages.1.content`, `tools[0].function`. */
  path: string;
  /** Codes and types that stand beside it. */
  codes: string[];
}

/** What a provider's error tells, whichever of the many envelopes it came in. Each list has a bound. */
export interface ErrorEnvelope {
  /** An HTTP status given inside the body. */
  status?: number;
  /** Codes and types, outermost first. */
  codes: string[];
  /** The start of each sentence; never shown to anyone, only compared. They may hold the caller's words. */
  messages: string[];
  fields: NamedField[];
  /** The body is a web page: something in front of the provider's API answered. */
  page: boolean;
}

const CODE_FIELDS = ['code', 'type', 'status', 'reason'];
const STATUS_FIELDS = ['status_code', 'raw_status_code', 'code', 'status'];
const MESSAGE_FIELDS = ['message', 'msg', 'error', 'detail', 'raw'];
const NESTED_FIELDS = ['error', 'message', 'detail', 'details', 'innererror', 'metadata', 'errors'];
const MAX_DEPTH = 5;
/** Of objects and arrays, and of entries in each list of the envelope. */
const MAX_VISITED = 64;
const MAX_ENTRIES = 16;
const MAX_CODE_CHARS = 64;
const MAX_PATH_CHARS = 200;
const MAX_MESSAGE_CHARS = 4_096;
/** OpenRouter passes on its provider's body as a string. */
const MAX_RAW_CHARS = 65_536;

/** Reads an HTTP error's body: JSON whatever its content type says, a page, or plain text. */
export function readErrorBody(body: string): ErrorEnvelope {
  const text = body.trim();
  if (text.startsWith('<')) return { ...emptyEnvelope(), page: true };
  const json = parseJson(text);
  return readErrorValue(json === undefined ? text : json);
}

/** Reads an error that came inside a stream. Echoes of the request (`input`, `failed_generation`) are left alone. */
export function readErrorValue(value: unknown): ErrorEnvelope {
  const collector = new Collector();
  collector.collect(value, 0);
  return collector.envelope;
}

function emptyEnvelope(): ErrorEnvelope {
  return { codes: [], messages: [], fields: [], page: false };
}

/** Walks through an error up to its bounds. */
class Collector {
  readonly envelope = emptyEnvelope();
  #visited = 0;

  collect(value: unknown, depth: number): void {
    if (depth > MAX_DEPTH || this.#visited++ >= MAX_VISITED) return;
    if (typeof value === 'string') this.#message(value);
    else if (Array.isArray(value)) for (const item of value.slice(0, MAX_ENTRIES)) this.collect(item, depth + 1);
    else if (isObject(value)) this.#object(value, depth);
  }

  #object(object: JsonObject, depth: number): void {
    const status = statusOf(object);
    if (status !== undefined) this.envelope.status ??= status;
    const codes = codesOf(object);
    this.envelope.codes = bounded([...this.envelope.codes, ...codes]);
    for (const field of MESSAGE_FIELDS) {
      const message = object[field];
      if (typeof message === 'string') this.#text(field, message, depth);
    }
    const fields = pathsOf(object).map((path) => ({ path, codes }));
    this.envelope.fields = bounded([...this.envelope.fields, ...fields]);
    for (const field of NESTED_FIELDS) {
      const nested = object[field];
      if (typeof nested === 'object') this.collect(nested, depth + 1);
    }
  }

  #text(field: string, text: string, depth: number): void {
    const nested = field === 'raw' && text.length <= MAX_RAW_CHARS ? parseJson(text) : undefined;
    if (isObject(nested) || Array.isArray(nested)) this.collect(nested, depth + 1);
    else this.#message(text);
  }

  #message(message: string): void {
    const { messages } = this.envelope;
    if (message !== '' && messages.length < MAX_ENTRIES) messages.push(message.slice(0, MAX_MESSAGE_CHARS));
  }
}

function statusOf(object: JsonObject): number | undefined {
  return STATUS_FIELDS.map((field) => object[field]).find(
    (status): status is number => typeof status === 'number' && status >= 400 && status < 600,
  );
}

function codesOf(object: JsonObject): string[] {
  const values = CODE_FIELDS.map((field) => object[field]);
  const codes = values.filter((value) => typeof value === 'string' || typeof value === 'number').map(String);
  // OpenRouter's moderation has no code, but names what it rejected.
  if ('flagged_input' in object) codes.push('flagged_input');
  return codes.filter((code) => code !== '' && code.length <= MAX_CODE_CHARS);
}

function pathsOf({ param, loc }: JsonObject): string[] {
  const steps: readonly unknown[] = Array.isArray(loc) ? loc.slice(0, MAX_ENTRIES) : [];
  const path = steps.filter((step) => step !== 'body').join('.');
  const paths = [...(typeof param === 'string' ? [param] : []), path];
  return paths.filter((each) => each !== '').map((each) => each.slice(0, MAX_PATH_CHARS));
}

function bounded<T>(list: T[]): T[] {
  return list.slice(0, MAX_ENTRIES);
}
