import type { ErrorEnvelope } from './error-envelope.js';
import { plainHead, sentenceOf } from './own-words.js';

/**
 * How a cause is recognised. Codes are the provider's own. Words may be the caller's, since providers repeat requests in
 * their errors. So patterns look at the start of a sentence alone, and none searches for a second word after a first.
 */
interface Pattern {
  codes: RegExp;
  /** Of a whole sentence, anchored. */
  sentences?: RegExp;
  /** Anywhere in the plain start of a sentence: see {@link plainHead}. */
  heads?: RegExp;
}

/** What names the cause; undefined: nothing does. */
type Evidence = 'code' | 'words' | undefined;

const CODE_OF_CAPACITY = /^(3505|capacity_exceeded|service_tier_capacity_exceeded)$/;
const CODE_OF_RATE =
  /^(1300|rate_?limit\w*|too_many_requests|insufficient_quota|resource_exhausted|RateLimitReached)$/i;

/** Only codes count: a rate limit takes the provider away from everybody for a while. */
export const CAPACITY: Pattern = { codes: CODE_OF_CAPACITY };
export const RATE: Pattern = { codes: CODE_OF_RATE };

const anyOf = (...patterns: string[]): RegExp => new RegExp(patterns.map((one) => `(?:${one})`).join('|'), 'i');

export const CONTENT: Pattern = {
  codes:
    /^(content_filter(ed)?|content_policy_violation|ResponsibleAIPolicyViolation|moderation_\w+|data_?inspection_?failed|(Input|Output)?(Text|Image)?SensitiveContentDetected|flagged_input|guardrails?(_\w+)?|1301)$/i,
  // Whole messages: a provider that quotes a request says more than that.
  sentences: anyOf(
    '^content exists risk\\.?$',
    '^(?:the |your )?(?:input|output|prompt|request|response|content)(?: text)? (?:was |is |has been )?(?:flagged|blocked|rejected)(?: by (?:our |the )?(?:(?:content |safety )?(?:moderation|safety|guardrails?|filter)(?: system| policy)?|content filtering policy))?\\.?$',
    '^blocked by (?:our |the |a )?(?:guardrails?|moderation|safety system)\\.?$',
    '^(?:input|output)(?: text| image)? data may contain inappropriate content\\.?$',
    '^the request was rejected because it was considered high risk\\.?$',
    "^the response was filtered due to the prompt triggering azure openai's content management policy\\.",
    '^your request was rejected as a result of our safety system\\.',
    '^content violates usage guidelines\\.',
    '^invalid prompt: your prompt was flagged as potentially violating our usage policy\\.',
    '^(?:input|output) new_sensitive(?: \\(102[67]\\))?\\.?$',
    '^blocked output: please try again with a different prompt\\.?$',
  ),
};

export const CONTEXT: Pattern = {
  codes:
    /^(context_length_exceeded|context_window_exceeded|model_context_window_exceeded|too_many_prompt_tokens|exceed_context_size_error|string_above_max_length|tokens_limit_reached|model_max_prompt_tokens_exceeded|1261)$/i,
  sentences: anyOf(
    '^`?inputs`? (?:tokens \\+ `?max_new_tokens`? must be <=|must have less than) ?\\d',
    '^input length and `?max_tokens`? exceed context limit',
    "^'max_tokens' or 'max_completion_tokens' is too large: \\d{1,12}\\. this model's maximum context length",
    '^prompt contains \\d{1,12} tokens(?: and \\d{1,12} draft tokens)?[:,] too large for model',
    '^range of input length should be',
    '^length of prompt_tokens\\b',
    '^you passed \\d{1,12} input tokens\\b',
    '^(?:trying to keep the first \\d{1,12} tokens|cannot truncate prompt|reached context length)\\b',
    '^request body too large for [\\w./:-]{1,100} model\\. max size: \\d{1,12} tokens',
    '^prompt ?超长',
    '^malformed input request: expected maxlength: \\d{1,12}, actual: \\d',
    '^input tokens exceeded: number of input tokens exceeds maximum length\\b',
    '^unable to submit request because the input token count is \\d{1,12} but (?:the )?model only supports up to \\d',
    '^invalid input argument for model: the number of input tokens \\d{1,12} cannot exceed\\b',
  ),
  heads: anyOf(
    '\\bmaximum (?:allowed )?(?:context|prompt|input|sequence|model) length\\b',
    "\\b(?:exceed(?:s|ed|ing)?|longer than|greater than|larger than) (?:the |your |its |this )?(?:(?:model|endpoint)(?:['’]s)? )?(?:(?:available|maximum|max|configured|allowed|supported) ){0,2}(?:context|prompt|token|input) (?:length|size|window|limit)\\b",
    '\\b(?:prompt|input|context) length \\d{1,12} is (?:greater|longer|larger) than\\b',
    '\\bcontext[ _](?:length|window|size|limit)[ _](?:is |has been )?(?:exceed(?:s|ed)|overflow)',
    '\\b(?:(?:prompt|input|context) |^)token limit exceeded\\b',
    "\\btokens,? exceed(?:s|ing)? (?:the )?(?:model|context)(?:['’]s)? (?:limit|maximum)\\b",
    '\\b(?:prompt|input|conversation|messages) (?:tokens? )?(?:length )?(?:is |are |was )?too long\\b',
    '\\bprompt \\([^()]{0,60}\\) is too long\\b',
    '\\b(?:prompt|input)(?: length)? exceeds (?:the )?(?:max|maximum|limit)\\b',
    '\\b(?:prompt|input|requested) tokens?(?: count)?(?: \\(\\d{1,12}\\)| of \\d{1,12})? exceeds? (?:the )?(?:max|maximum|limit|configured|context|model)\\b',
    '\\binput length(?: \\(?\\d{1,12}(?: tokens)?\\)?)? exceeds the maximum\\b',
    '\\breduce the length of (?:the |your )?(?:messages|prompt|input|conversation)\\b',
    '\\bexceed max message tokens\\b',
    '^too many (?:input |prompt )?tokens\\b',
  ),
};

export const KEY_REFUSED: Pattern = {
  codes:
    /^(invalid_api_key|API_KEY_INVALID|authentication_error|invalid_authentication(_error)?|unauthorized|expired_api_key)$/i,
  sentences: anyOf(
    '^(?:an? )?(?:incorrect|invalid|expired|wrong) (?:x-)?api[- ]key\\b',
    '^(?:the |your )?api[- ]key (?:is |has )?(?:not valid|invalid|incorrect|expired|not found|been revoked)\\b',
    '^authentication fails\\b',
    '^unauthorized\\.?$',
  ),
};

const NAME = '[`\'"]?[\\w./:@-]{1,200}[`\'"]?';

export const MODEL_GONE: Pattern = {
  codes:
    /^(1500|1211|model_?not_?found|invalid_model|model_decommissioned|DeploymentNotFound|unknown_model|model_not_(available|supported)|InvalidEndpointOrModel\.NotFound)$/i,
  sentences: anyOf(
    `^(?:the |this )?(?:requested |publisher )?models?(?: or endpoint)?(?: ${NAME}|/${NAME})? (?:does not exist|doesn't exist|(?:is |was )?not found|could not be found|is not (?:supported (?:by any provider|by provider|for task)|supported(?=\\.?$)|available)|(?:is|has been) (?:decommissioned|retired|removed|deprecated)|is no longer (?:supported|available))(?![^\\s.,;:!])`,
    '^model not exist\\b',
    `^not found the model ${NAME}(?: or permission denied)?\\.?$`,
    `^no endpoints found for ${NAME}$`,
    `^unable to access model ${NAME}(?:\\s|$)`,
    '^(?:invalid|unknown|no such) model(?: name| id| identifier)?(?=$|[:,.]| [`\'"]| passed in\\b)',
    `^(?:unknown|no such) model ${NAME}(?: or task)?$`,
    `^unsupported model ${NAME}, please use models api\\b`,
    `^failed to load model ${NAME}\\. error: model does not exist\\b`,
    '^the api deployment for this resource does not exist\\b',
    '^the provided model identifier is invalid\\b',
    '^could not resolve the foundation model\\b',
    '^this model version has reached the end of its life\\b',
    '^no allowed providers are available for the selected model\\b',
    '^no endpoints found matching your data policy\\b',
    `^function ${NAME}: not found for account\\b`,
    `^${NAME} is not a valid model(?: id)?\\.?$`,
    '^model: \\S{1,200}(?: not found)?$',
  ),
};

/** The address itself is wrong: no model of any name would be found there. */
export const ADDRESS_WRONG: Pattern = {
  codes: /^unknown_url$/,
  sentences: /^(?:(?:404 ?:? ?)?(?:(?:page|resource) )?not found\.?|invalid url \([A-Z]{3,7} [^()\s]{1,200}\)\.?)$/i,
};

/** Whether an error has this cause, and by what that is known. */
export function evidenceOf({ codes, messages }: ErrorEnvelope, pattern: Pattern): Evidence {
  if (codes.some((code) => pattern.codes.test(code))) return 'code';
  return messages.map(sentenceOf).some((sentence) => says(sentence, pattern)) ? 'words' : undefined;
}

function says(sentence: string, { sentences, heads }: Pattern): boolean {
  return sentences?.test(sentence) === true || heads?.test(plainHead(sentence)) === true;
}
