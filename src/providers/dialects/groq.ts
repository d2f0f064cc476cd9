import { continueByInstruction } from './continuation/by-instruction.js';
import type { Dialect } from './dialect.js';
import { isObject, type JsonObject } from './reading/json.js';

/**
 * Groq sends usage unasked, in `x_groq` too (and once only there).
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
  continuesInText: true,
  reading: { usage: ownUsage },
};

function ownUsage(chunk: JsonObject): unknown {
  const own = chunk['x_groq'];
  return isObject(own) ? own['usage'] : undefined;
}
