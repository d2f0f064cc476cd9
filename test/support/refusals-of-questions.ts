import { INVALID, mistral, named, openai, type Row } from './refusal.js';

const MISFITS: Row[] = [
  ['groq', 'a property', 400, openai("property 'seeds' is unsupported", INVALID), 'invalid_request', 'up'],
  [
    'groq',
    'a request over its tokens per minute',
    413,
    openai(
      'Request too large for model `m` on tokens per minute (TPM): Limit 8, Requested 9',
      'tokens',
      'rate_limit_exceeded',
    ),
    'invalid_request',
    'up',
  ],
  [
    'groq',
    'a tool call',
    400,
    openai('Failed to call a function.', INVALID, 'tool_use_failed'),
    'invalid_request',
    'up',
  ],
  [
    'groq',
    'broken JSON',
    400,
    openai('Failed to generate JSON.', INVALID, 'json_validate_failed'),
    'invalid_request',
    'up',
  ],
  [
    'mistral',
    'a field',
    422,
    { detail: [{ type: 'extra_forbidden', loc: ['body', 'seeds'], msg: 'Extra inputs are not permitted', input: 1 }] },
    'invalid_request',
    'up',
  ],
  [
    'mistral',
    'a field, told within the message',
    422,
    {
      object: 'error',
      message: { detail: [{ type: 'extra_forbidden', loc: ['body'], msg: 'Extra inputs' }] },
      code: null,
    },
    'invalid_request',
    'up',
  ],
  [
    'mistral',
    'a field, told twice',
    422,
    { object: 'Error', detail: [{ msg: 'no' }], message: [{ msg: 'no' }], code: 3001 },
    'invalid_request',
    'up',
  ],
  [
    'mistral',
    'a role',
    400,
    mistral("Unexpected role 'user' after role 'tool'", INVALID, '3230'),
    'invalid_request',
    'up',
  ],
  [
    'deepseek',
    'a body',
    400,
    openai('Failed to deserialize the JSON body into the target type: messages[0]', INVALID, INVALID),
    'invalid_request',
    'up',
  ],
];

const LONG: Row[] = [
  [
    'groq',
    'a conversation too long for it',
    400,
    openai('Please reduce the length of the messages or completion.', INVALID, 'context_length_exceeded'),
    'context_length_exceeded',
    'up',
  ],
  [
    'mistral',
    'a conversation too long for it',
    400,
    mistral('Prompt contains 300000 tokens: too large for model with 262144 maximum context length', INVALID, '3051'),
    'context_length_exceeded',
    'up',
  ],
];

/** The caller's own mistakes that no other provider would forgive. */
const REFUSED: Row[] = [
  [
    'deepseek',
    'a conversation too long for anyone',
    400,
    JSON.stringify(
      openai("This model's maximum context length is 1048565 tokens. However, you requested 1100000.", INVALID),
    ),
    'context_length_exceeded',
    'up',
    { 'content-type': 'application/octet-stream' },
  ],
  ['deepseek', 'the content', 400, openai('Content Exists Risk', INVALID, INVALID), 'content_filtered', 'up'],
  ['mistral', 'the content', 403, mistral('Blocked by guardrail', 'guardrail', null), 'content_filtered', 'up'],
  [
    'groq',
    'the content',
    400,
    openai('Input was flagged by moderation', INVALID, 'content_filter'),
    'content_filtered',
    'up',
  ],
];

/** Refusals of a question that another provider may well take. */
export const MISFITTING = named([...MISFITS, ...LONG]);
/** Nobody else is asked. */
export const FINAL = named(REFUSED);
