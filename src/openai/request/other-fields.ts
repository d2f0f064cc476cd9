import type { FieldReader } from './field-reader.js';

/** Fields that are read elsewhere. */
const READ = [
  'model',
  'messages',
  'stream',
  'stream_options',
  'user',
  'temperature',
  'max_tokens',
  'max_completion_tokens',
  'tools',
  'tool_choice',
  'parallel_tool_calls',
  'response_format',
  'stop',
  'seed',
  'top_p',
  'presence_penalty',
  'frequency_penalty',
  'reasoning_effort',
  'rondo',
];

/** Fields without effect on the answer: for OpenAI's own records and caches. */
const IGNORED = [
  'metadata',
  'store',
  'service_tier',
  'safety_identifier',
  'prediction',
  'prompt_cache_key',
  'prompt_cache_retention',
  'prompt_cache_options',
];

type Harmless = (value: unknown) => boolean;

const never: Harmless = () => false;

/** Fields that would change the answer and are not supported: which values are harmless, and what to do instead. */
const REFUSED: Readonly<Record<string, readonly [harmless: Harmless, instead: string]>> = {
  n: [(value) => value === 1, 'must be 1: there is one answer to a question here.'],
  logprobs: [(value) => value === false, 'can not be had here: leave it out.'],
  top_logprobs: [(value) => value === 0, 'can not be had here: leave it out.'],
  logit_bias: [isEmpty, 'is not supported here: leave it out.'],
  modalities: [isTextOnly, 'must be ["text"]: answers are text here.'],
  audio: [never, 'is not supported here: answers are text.'],
  web_search_options: [never, 'is not supported here: offer a tool of your own in `tools`.'],
  moderation: [never, 'is not supported here: leave it out.'],
  verbosity: [
    (value) => value === 'medium',
    'is not supported here: say in the messages how long the answer should be.',
  ],
  functions: [isEmpty, 'is deprecated and not supported here: use `tools`.'],
  function_call: [
    (value) => value === 'none' || value === 'auto',
    'is deprecated and not supported here: use `tool_choice`.',
  ],
};

/** Every field that a body may have. */
export const KNOWN_FIELDS: readonly string[] = [...READ, ...IGNORED, ...Object.keys(REFUSED)];

/** Refuses unsupported and unknown fields. */
export function refuseOtherFields(body: FieldReader): void {
  body.only(...KNOWN_FIELDS);
  for (const [name, [harmless, instead]] of Object.entries(REFUSED)) {
    const value = body.value(name);
    if (value !== undefined && !harmless(value)) throw body.invalid(name, instead);
  }
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

function isTextOnly(value: unknown): boolean {
  return Array.isArray(value) && value.every((modality) => modality === 'text');
}
