import { PrefixEcho } from './continuation/prefix-echo.js';
import type { Dialect } from './dialect.js';

const MAX_TEMPERATURE = 1.5;

/**
 * Mistral refuses any field it doesn't know, `stream_options` too, and sends usage unasked. It continues an assistant
 * message with `prefix: true`, repeating it first. White space at its end may come back changed, so it is not sent.
 */
export const mistral: Dialect = {
  body: ({ model, messages, temperature, maxTokens }) => ({
    model,
    messages,
    stream: true,
    ...(maxTokens === undefined ? {} : { max_tokens: maxTokens }),
    ...(temperature === undefined ? {} : { temperature: Math.min(temperature, MAX_TEMPERATURE) }),
  }),
  continuesInText: true,
  continuation: (partial) => {
    const prefix = partial.trimEnd();
    return {
      turns: [{ role: 'assistant', content: prefix, prefix: true }],
      filter: new PrefixEcho(prefix, partial.slice(prefix.length)),
    };
  },
};
