import type { CompletionOptions } from '../completion-options.js';
import { PrefixEcho } from './continuation/prefix-echo.js';
import { USUAL, type Dialect } from './dialect.js';
import { optionFields } from './option-fields.js';

const MAX_TEMPERATURE = 1.5;
/** It refuses 0, which means the same. */
const MIN_TOP_P = 0.0001;

/**
 * Mistral refuses any field it doesn't know, `stream_options` too, and sends usage unasked. It continues an assistant
 * message with `prefix: true`, repeating it first. White space at its end may come back changed, so it is not sent.
 */
export const mistral: Dialect = {
  ...USUAL,
  body: ({ model, messages, temperature, maxTokens, options }) => ({
    model,
    messages,
    stream: true,
    ...(maxTokens === undefined ? {} : { max_tokens: maxTokens }),
    ...(temperature === undefined ? {} : { temperature: Math.min(temperature, MAX_TEMPERATURE) }),
    ...ownFields(options),
  }),
  messageRules: { toolCallIds: 'nine-alphanumerics', betweenResultAndQuestion: 'Noted.' },
  continuation: (partial) => {
    const prefix = partial.trimEnd();
    return {
      turns: [{ role: 'assistant', content: prefix, prefix: true }],
      filter: new PrefixEcho(prefix, partial.slice(prefix.length)),
    };
  },
};

function ownFields(options: CompletionOptions | undefined): Record<string, unknown> {
  const { seed, top_p: topP, ...fields } = optionFields(options);
  return {
    ...fields,
    // It counts from zero.
    ...(seed !== undefined && { random_seed: Math.abs(seed) }),
    ...(topP !== undefined && { top_p: Math.max(topP, MIN_TOP_P) }),
  };
}
