import type { ErrorEnvelope } from './error-envelope.js';

/** How a cause is recognised: by its codes, else by the words of the message. */
interface Pattern {
  codes: RegExp;
  message: RegExp;
}

export const CAPACITY: Pattern = {
  codes: /^(3505|capacity_exceeded|service_tier_capacity_exceeded)$/,
  message: /service tier capacity exceeded/i,
};

export const RATE: Pattern = {
  codes: /^(1300|rate_?limit\w*|too_many_requests|insufficient_quota|resource_exhausted|RateLimitReached)$/i,
  message: /\brate limit (reached|exceeded)|too many requests|exceeded your current quota/i,
};

export const CONTENT: Pattern = {
  codes:
    /^(content_filter(ed)?|content_policy_violation|ResponsibleAIPolicyViolation|moderation_\w+|data_inspection_failed)$/i,
  message:
    /content exists risk|content (management )?policy|(flagged|blocked|rejected) by (our |the )?(moderation|safety|guardrail)|input was flagged|safety system|guardrail|inappropriate content/i,
};

export const CONTEXT: Pattern = {
  codes:
    /^(context_length_exceeded|context_window_exceeded|model_context_window_exceeded|too_many_prompt_tokens|exceed_context_size_error|string_above_max_length)$/i,
  message: new RegExp(
    [
      'maximum context length is \\d+',
      'reduce the length of the messages',
      'too large for model with \\d+ maximum context length',
      'prompt is too long',
      'context[_ ]length[_ ]exceeded',
      'exceeds? the (available |maximum )?context (size|window|length)',
      'prompt too long; exceeded',
      'input token count.*exceeds',
      'maximum prompt length is \\d+',
      'model_context_window_exceeded',
      'total length of all messages is too long',
      'longer than the (model.s )?(maximum )?context (length|window)',
    ].join('|'),
    'i',
  ),
};

export const KEY_REFUSED: Pattern = {
  codes: /^(invalid_api_key|API_KEY_INVALID|authentication_error|invalid_authentication|unauthorized)$/i,
  message:
    /\bapi[- ]key (is )?(not valid|invalid|expired|not found)|(incorrect|invalid|expired|wrong) (x-)?api[- ]key/i,
};

export const MODEL_GONE: Pattern = {
  codes: /^(1500|model_not_found|invalid_model|model_decommissioned|DeploymentNotFound|unknown_model)$/i,
  message:
    /\bmodel not exist|\b(invalid|unknown|no such) model\b|not a valid model\b|\bmodels?\b[^\n]{0,200}?\b(does not exist|doesn't exist|is not found|not found|decommissioned|is no longer (supported|available)|has been (retired|removed|deprecated))|^model: \S+$/i,
};

/** The address itself is wrong: no model of any name would be found there. */
export const ADDRESS_WRONG: Pattern = {
  codes: /^unknown_url$/,
  message: /^(not found|404 page not found|404: not found|404 not found)$/i,
};

/** Whether an error has this cause. */
export function matches({ codes, message }: ErrorEnvelope, pattern: Pattern): boolean {
  return codes.some((code) => pattern.codes.test(code)) || pattern.message.test(message);
}
