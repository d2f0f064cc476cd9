import { continueByInstruction } from './continuation/by-instruction.js';
import type { Dialect } from './dialect.js';
import { optionFields } from './option-fields.js';

/** What OpenAI-compatible servers don't agree on. */
interface Variant {
  /** Most send usage only if asked to; older servers refuse the question. */
  asksForUsage: boolean;
  /** OpenAI's reasoning models know `max_tokens` only under its new name. */
  limit: 'max_tokens' | 'max_completion_tokens';
  /** … and take no temperature. */
  temperature: boolean;
}

/** Any other OpenAI-compatible server. What it refuses by name it is not sent again. */
export const openaiCompatible: Dialect = variant({ asksForUsage: true, limit: 'max_tokens', temperature: true });

function variant(is: Variant): Dialect {
  return {
    body: ({ model, messages, temperature, maxTokens, options }) => ({
      model,
      messages,
      stream: true,
      ...(is.asksForUsage ? { stream_options: { include_usage: true } } : {}),
      ...(maxTokens === undefined ? {} : { [is.limit]: maxTokens }),
      ...(temperature === undefined || !is.temperature ? {} : { temperature }),
      ...optionFields(options),
    }),
    continuation: continueByInstruction,
    adapted: (body) => {
      if (is.asksForUsage && /stream_options|include_usage/.test(body)) return variant({ ...is, asksForUsage: false });
      if (is.limit === 'max_tokens' && /max_completion_tokens/.test(body)) {
        return variant({ ...is, limit: 'max_completion_tokens' });
      }
      const refusesTemperature =
        /(unsupported|not support)[^\n]{0,80}temperature|temperature[^\n]{0,80}(unsupported|not support)/i;
      return is.temperature && refusesTemperature.test(body) ? variant({ ...is, temperature: false }) : undefined;
    },
  };
}
