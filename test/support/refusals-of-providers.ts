import { INVALID, mistral, named, openai, type Row } from './refusal.js';

const HTML = '<html>\r\n<head><title>502 Bad Gateway</title></head><body><center>cloudflare</center></body></html>';
const HTML_TYPE = { 'content-type': 'text/html' };

const KEYS: Row[] = [
  ['groq', 'its key', 401, openai('Invalid API Key', INVALID, 'invalid_api_key'), 'provider_auth', 'down'],
  ['mistral', 'its key', 401, { detail: 'Invalid API Key' }, 'provider_auth', 'down'],
  [
    'deepseek',
    'its key',
    401,
    openai('Authentication Fails, the api key ****test is invalid', 'authentication_error', INVALID),
    'provider_auth',
    'down',
  ],
  // The caller may be the reason, until a probe is refused, too.
  ['groq', 'a key without rights', 403, openai('Access denied for this project', INVALID), 'provider_auth', 'up'],
  ['mistral', 'an empty account', 402, { detail: 'Payment required' }, 'provider_auth', 'down'],
  [
    'deepseek',
    'an empty account',
    402,
    openai('Insufficient Balance', 'unknown_error', INVALID),
    'provider_auth',
    'down',
  ],
];

const MODELS: Row[] = [
  [
    'groq',
    'its model',
    404,
    openai('The model `old-one` does not exist or you do not have access to it.', INVALID, 'model_not_found'),
    'invalid_request',
    'down',
  ],
  ['mistral', 'its model', 400, mistral('Invalid model: old-one', 'invalid_model', '1500'), 'invalid_request', 'down'],
  // Words alone: they may be the caller's, until a probe gets them, too.
  ['deepseek', 'its model', 400, openai('Model Not Exist', INVALID, INVALID), 'invalid_request', 'up'],
];

const RATES: Row[] = [
  [
    'groq',
    'more requests for minutes',
    429,
    openai(
      'Rate limit reached for model `m` on tokens per day (TPD). Please try again in 9m38.016s.',
      'tokens',
      'rate_limit_exceeded',
    ),
    'provider_rate_limited',
    'cooling',
  ],
  [
    'groq',
    'flex traffic',
    498,
    openai('Over capacity', INVALID, 'capacity_exceeded'),
    'provider_rate_limited',
    'cooling',
  ],
  [
    'mistral',
    'more requests',
    429,
    mistral('Rate limit exceeded', 'rate_limited', '1300'),
    'provider_rate_limited',
    'cooling',
  ],
  [
    'mistral',
    'a busy tier',
    429,
    mistral('Service tier capacity exceeded for this model.', 'service_tier_capacity_exceeded', '3505'),
    'provider_rate_limited',
    'cooling',
  ],
  [
    'mistral',
    'a busy tier by 503',
    503,
    mistral('Service tier capacity exceeded for this model.', INVALID, null),
    'provider_unavailable',
    'up',
  ],
  [
    'deepseek',
    'more at once',
    429,
    openai('Limit of 39 reached, by your balance', 'rate', null),
    'provider_rate_limited',
    'cooling',
  ],
];

const FAULTS: Row[] = [
  [
    'groq',
    'out of capacity',
    503,
    openai('m is currently over capacity. Try again and back off.', 'internal_server_error'),
    'provider_unavailable',
    'up',
  ],
  [
    'deepseek',
    'too busy',
    503,
    openai('Service is too busy. Switch to another.', 'service_unavailable_error'),
    'provider_unavailable',
    'up',
  ],
  ['mistral', 'broken', 500, mistral('Internal error', 'internal_server_error', '1000'), 'provider_unavailable', 'up'],
  [
    'groq',
    'behind a gateway of text',
    502,
    'error code: 502',
    'provider_unavailable',
    'up',
    { 'content-type': 'text/plain' },
  ],
  ['mistral', 'behind a gateway of HTML', 502, HTML, 'provider_unavailable', 'up', HTML_TYPE],
  ['deepseek', 'behind a gateway of HTML', 504, HTML, 'provider_unavailable', 'up', HTML_TYPE],
  ['groq', 'behind a gateway with a number of its own', 524, HTML, 'provider_unavailable', 'up', HTML_TYPE],
  ['mistral', 'saying nothing at all', 503, '', 'provider_unavailable', 'up'],
  ['deepseek', 'conflicted', 409, openai('Conflict', INVALID), 'provider_unavailable', 'up'],
];

/** Refusals that have nothing to do with the question: somebody else answers it. */
export const OF_PROVIDERS = named([...KEYS, ...MODELS, ...RATES, ...FAULTS]);
