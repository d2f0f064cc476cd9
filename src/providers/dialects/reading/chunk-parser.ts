import { isObject, parseJson } from './json.js';

const KEY = '"content":"';
/** What a JSON string can't hold as it is, or what ends it. */
const NOT_PLAIN = /["\\\u0000-\u001f]/;

/** A chunk that was parsed, cut at its text. */
interface Mould {
  readonly chunk: unknown;
  readonly delta: { content: string };
  readonly before: string;
  readonly behind: string;
}

/**
 * JSON of chunks → values. Most chunks of an answer are the one before with another text: then only the text is taken
 * from the JSON, and the value is the one before with that text. Whoever gets a value must not keep it.
 */
export class ChunkParser {
  #mould: Mould | undefined;

  /** The value of `json`, or undefined where that is no JSON. */
  parse(json: string): unknown {
    const mould = this.#mould;
    const text = mould && textBetween(json, mould);
    if (mould === undefined || text === undefined) return this.#parseWhole(json);
    mould.delta.content = text;
    return mould.chunk;
  }

  #parseWhole(json: string): unknown {
    const chunk = parseJson(json);
    this.#mould = mouldOf(json, chunk);
    return chunk;
  }
}

/** Undefined where more than the text differs, or the text has escapes. */
function textBetween(json: string, { before, behind }: Mould): string | undefined {
  const end = json.length - behind.length;
  if (end < before.length || !json.startsWith(before) || !json.endsWith(behind)) return undefined;
  const text = json.slice(before.length, end);
  return NOT_PLAIN.test(text) ? undefined : text;
}

/**
 * Inside of a JSON string quotes are escaped: where {@link KEY} occurs, it is a key with a string. Where it occurs once,
 * and the first delta has that string, it is that delta's.
 */
function mouldOf(json: string, chunk: unknown): Mould | undefined {
  const start = json.indexOf(KEY) + KEY.length;
  if (start < KEY.length || json.includes(KEY, start)) return undefined;
  const delta = firstDelta(chunk);
  const end = json.indexOf('"', start);
  if (delta === undefined || json.slice(start, end) !== delta.content) return undefined;
  return { chunk, delta, before: json.slice(0, start), behind: json.slice(end) };
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
