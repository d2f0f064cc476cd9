import { isObject, parseJson } from './json.js';

const KEY = '"content":"';
/** Characters that a JSON string must escape, or that end it. */
const NOT_PLAIN = /["\\\u0000-\u001f]/;

/** A parsed chunk, cut at its text. */
interface Template {
  readonly chunk: unknown;
  readonly delta: { content: string };
  readonly before: string;
  readonly after: string;
}

/**
 * JSON of chunks → values. Most chunks of an answer differ from the one before in their text alone. Then only the text is
 * read, and the same object is returned with that text: a value is valid until the next call.
 */
export class ChunkParser {
  #template: Template | undefined;

  /** The value of `json`, valid until the next call; undefined where that is no JSON. */
  parse(json: string): unknown {
    const template = this.#template;
    const text = template && textBetween(json, template);
    if (template === undefined || text === undefined) return this.#parseWhole(json);
    template.delta.content = text;
    return template.chunk;
  }

  #parseWhole(json: string): unknown {
    const chunk = parseJson(json);
    this.#template = templateOf(json, chunk);
    return chunk;
  }
}

/** Undefined where more than the text differs, or the text has escapes. */
function textBetween(json: string, { before, after }: Template): string | undefined {
  const end = json.length - after.length;
  if (end < before.length || !json.startsWith(before) || !json.endsWith(after)) return undefined;
  const text = json.slice(before.length, end);
  return NOT_PLAIN.test(text) ? undefined : text;
}

/**
 * Inside of a JSON string quotes are escaped: where {@link KEY} occurs, it is a key with a string. Where it occurs once,
 * and the first delta has that string, it is that delta's.
 */
function templateOf(json: string, chunk: unknown): Template | undefined {
  const start = json.indexOf(KEY) + KEY.length;
  if (start < KEY.length || json.includes(KEY, start)) return undefined;
  const delta = firstDelta(chunk);
  const end = json.indexOf('"', start);
  if (delta === undefined || json.slice(start, end) !== delta.content) return undefined;
  return { chunk, delta, before: json.slice(0, start), after: json.slice(end) };
}

function firstDelta(chunk: unknown): { content: string } | undefined {
  const choices = isObject(chunk) ? chunk['choices'] : undefined;
  const choice: unknown = Array.isArray(choices) ? choices[0] : undefined;
  const delta = isObject(choice) ? choice['delta'] : undefined;
  return isObject(delta) && hasText(delta) ? delta : undefined;
}

function hasText(delta: object): delta is { content: string } {
  return 'content' in delta && typeof delta.content === 'string';
}
