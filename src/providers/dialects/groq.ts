import { continueByInstruction } from './continuation/by-instruction.js';
import type { Dialect } from './dialect.js';
import { isObject, type JsonObject } from './reading/json.js';

/**
 * Groq sends usage unasked, in `x_groq` too (and once only there), and puts the reason of a broken answer in `x_groq.error`.
 * Its models don't reliably continue a trailing assistant message, so they are asked in words.
 */
export const groq: Dialect = {
  body: ({ model, messages, temperature, maxTokens }) => ({
    model,
    messages,
    stream: true,
    ...(maxTokens === undefined ? {} : { max_completion_tokens: maxTokens }),
    ...(temperature === undefined ? {} : { temperature }),
  }),
  continuation: continueByInstruction,
  reading: {
    usage: (chunk) => ownField(chunk, 'usage'),
    error: (chunk) => ownField(chunk, 'error'),
  },
};

function ownField(chunk: JsonObject, name: string): unknown {
  const own = chunk['x_groq'];
  return isObject(own) ? own[name] : undefined;
}
