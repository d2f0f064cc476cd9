import { continueByInstruction } from './continuation/by-instruction.js';
import { USUAL, type Dialect } from './dialect.js';
import { isUnsupported } from './failures/unsupported-field.js';
import { optionFields } from './option-fields.js';

/** What OpenAI-compatible servers don't agree on. */
interface Variant {
  /** Most send usage only if asked to; older servers refuse the field. */
  asksForUsage: boolean;
  /** OpenAI's reasoning models know `max_tokens` only under its new name. */
  limit: 'max_tokens' | 'max_completion_tokens';
  /** … and take no temperature. */
  temperature: boolean;
}

/** Any other OpenAI-compatible server. A field that a model refuses by name is not sent to it again. */
export const openaiCompatible: Dialect = variant({ asksForUsage: true, limit: 'max_tokens', temperature: true });

function variant(is: Variant): Dialect {
  return {
    ...USUAL,
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
    adapted: ({ failure, envelope }) => {
      if (failure.kind !== 'misfit') return undefined;
      const changed: Variant = {
        asksForUsage: is.asksForUsage && !isUnsupported(envelope, 'stream_options'),
        limit: isUnsupported(envelope, 'max_tokens') ? 'max_completion_tokens' : is.limit,
        temperature: is.temperature && !isUnsupported(envelope, 'temperature'),
      };
      const same = (Object.keys(is) as (keyof Variant)[]).every((key) => changed[key] === is[key]);
      return same ? undefined : variant(changed);
    },
  };
}
