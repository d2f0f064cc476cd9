import { isObject, parseJson, type JsonObject } from '../reading/json.js';

/** What can be known from a provider's error, whichever of the many envelopes it came in. */
export interface ErrorEnvelope {
  /** An HTTP status given inside the body. */
  status?: number;
  /** Codes and types, outermost first. */
  codes: string[];
  /** Everything that is a sentence; never shown to anyone, only searched. */
  message: string;
  /** Which fields of the request it speaks of: OpenAI's `param`, Mistral's `loc` without `body`; as paths. */
  places: string[];
  /** The body is a web page: not the provider's API answered but something in front of it. */
  page: boolean;
}

const CODE_FIELDS = ['code', 'type', 'status', 'reason'];
const STATUS_FIELDS = ['status_code', 'raw_status_code', 'code', 'status'];
const MESSAGE_FIELDS = ['message', 'msg', 'error', 'detail', 'raw'];
const NESTED_FIELDS = ['error', 'message', 'detail', 'details', 'innererror', 'metadata', 'errors'];
const MAX_DEPTH = 5;

/** Reads an HTTP error's body: JSON whatever its content type says, a page, or plain text. */
export function readErrorBody(body: string): ErrorEnvelope {
  const text = body.trim();
  if (text.startsWith('<')) return { codes: [], message: '', places: [], page: true };
  const json = parseJson(text);
  return readErrorValue(json === undefined ? text : json);
}

/** Reads an error that came inside a stream. Echoes of the request (`input`, `failed_generation`) are left alone. */
export function readErrorValue(value: unknown): ErrorEnvelope {
  const envelope: ErrorEnvelope = { codes: [], message: '', places: [], page: false };
  collect(value, envelope, 0);
  return envelope;
}

function collect(value: unknown, envelope: ErrorEnvelope, depth: number): void {
  if (depth > MAX_DEPTH) return;
  if (typeof value === 'string') addMessage(envelope, value);
  else if (Array.isArray(value)) for (const item of value) collect(item, envelope, depth + 1);
  else if (isObject(value)) collectObject(value, envelope, depth);
}

function collectObject(object: JsonObject, envelope: ErrorEnvelope, depth: number): void {
  for (const field of STATUS_FIELDS) {
    const status = object[field];
    if (typeof status === 'number' && status >= 400 && status < 600) envelope.status ??= status;
  }
  for (const field of CODE_FIELDS) {
    const code = object[field];
    if (typeof code === 'string' && code !== '') envelope.codes.push(code);
    else if (typeof code === 'number') envelope.codes.push(String(code));
  }
  for (const field of MESSAGE_FIELDS) {
    const message = object[field];
    if (typeof message === 'string') addMessage(envelope, message);
  }
  if (typeof object['param'] === 'string') envelope.places.push(object['param']);
  if (Array.isArray(object['loc'])) envelope.places.push(object['loc'].filter((step) => step !== 'body').join('.'));
  for (const field of NESTED_FIELDS) {
    const nested = object[field];
    if (typeof nested === 'object') collect(nested, envelope, depth + 1);
  }
}

function addMessage(envelope: ErrorEnvelope, message: string): void {
  if (message !== '') envelope.message += envelope.message === '' ? message : `\n${message}`;
}
