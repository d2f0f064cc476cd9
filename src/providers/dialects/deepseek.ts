import { PASS_ALL } from './continuation/text-filter.js';
import type { Dialect } from './dialect.js';

/**
 * DeepSeek continues an assistant message with `prefix: true` on its beta address, without repeating it. Thinking would
 * begin anew there, so it is switched off for the rest of an answer.
 */
export const deepseek: Dialect = {
  body: ({ model, messages, temperature, maxTokens, continuing }) => ({
    model,
    messages,
    stream: true,
    stream_options: { include_usage: true },
    ...(maxTokens === undefined ? {} : { max_tokens: maxTokens }),
    ...(temperature === undefined ? {} : { temperature }),
    ...(continuing ? { thinking: { type: 'disabled' } } : {}),
  }),
  continuesInText: true,
  continuation: (partial) => ({
    turns: [{ role: 'assistant', content: partial, prefix: true }],
    filter: PASS_ALL,
  }),
  continuationBaseUrl: (baseUrl) => `${baseUrl.replace(/\/(v1|beta)$/, '')}/beta`,
};
