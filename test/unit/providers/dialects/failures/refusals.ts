import type { FailureKind } from '../../../../../src/providers/provider-error.js';
import type { ErrorCode } from '../../../../../src/wire/answer-event.js';

/** [kind, code, whether the provider is unusable]. */
type Verdict = readonly [FailureKind, ErrorCode, boolean];

const KEY: Verdict = ['credentials', 'provider_auth', true];
const GONE: Verdict = ['misfit', 'invalid_request', true];
const MISFIT: Verdict = ['misfit', 'invalid_request', false];
const CONTEXT: Verdict = ['caller', 'context_length_exceeded', false];
const CONTENT: Verdict = ['caller', 'content_filtered', false];
const RATE: Verdict = ['rate', 'provider_rate_limited', false];
const SERVER: Verdict = ['server', 'provider_unavailable', false];
const REDIRECT: Verdict = ['protocol', 'provider_bad_response', false];

/** The envelope of OpenAI, Groq and DeepSeek. */
export const openaiError = (message: string, code: string | null = null, type = 'invalid_request_error'): object => ({
  error: { message, type, param: null, code },
});
const mistral = (message: unknown, type: string, code: string | null = null): object => ({
  object: 'error',
  message,
  type,
  param: null,
  code,
});
const forbidden = [
  {
    type: 'extra_forbidden',
    loc: ['body', 'seed'],
    msg: 'Extra inputs are not permitted',
    input: 'api key is invalid',
  },
];

/** What is refused, with which status and body (one for each case of each provider, in our own words), and what that is. */
export const REFUSALS: readonly [string, number, unknown, Verdict][] = [
  ['Groq: key', 401, openaiError('Invalid API Key', 'invalid_api_key'), KEY],
  ['Mistral: key', 401, { detail: 'Unauthorized' }, KEY],
  ['DeepSeek: key', 401, openaiError('Authentication Fails', null, 'authentication_error'), KEY],
  ['xAI: key', 400, { code: 'invalid-argument', error: 'Incorrect API key provided.' }, KEY],
  [
    'Gemini: key',
    400,
    [{ error: { code: 400, message: 'API key not valid.', details: [{ reason: 'API_KEY_INVALID' }] } }],
    KEY,
  ],
  ['no permission', 403, openaiError('Forbidden'), KEY],
  ['no money', 402, openaiError('Insufficient Balance', 'invalid_request_error', 'unknown_error'), KEY],
  [
    'Groq: model',
    404,
    openaiError('The model `x.1` does not exist or you do not have access to it.', 'model_not_found'),
    GONE,
  ],
  ['Groq: model shut down', 400, openaiError('The model `x` has been decommissioned', 'model_decommissioned'), GONE],
  ['Mistral: model', 400, mistral('Invalid model: x', 'invalid_model', '1500'), GONE],
  ['DeepSeek: model', 400, openaiError('Model Not Exist', 'invalid_request_error'), GONE],
  ['Ollama: model', 404, openaiError('model "x:4b" not found, try pulling it first', null, 'api_error'), GONE],
  ['Anthropic: model', 404, { type: 'error', error: { type: 'not_found_error', message: 'model: claude-x' } }, GONE],
  ['a wrong address', 404, '404 page not found', GONE],
  ['a wrong address, without a word', 404, '', GONE],
  ['something else not found', 404, openaiError('File not found'), MISFIT],
  [
    'Groq: context',
    400,
    openaiError('Please reduce the length of the messages or completion.', 'context_length_exceeded'),
    CONTEXT,
  ],
  [
    'Mistral: context',
    400,
    mistral('Prompt contains 9 tokens, too large for model with 8 maximum context length', 'invalid_request_error'),
    CONTEXT,
  ],
  ['DeepSeek: context', 400, openaiError("This model's maximum context length is 1048565 tokens."), CONTEXT],
  ['llama.cpp: context', 400, { error: { code: 400, type: 'exceed_context_size_error', message: 'too big' } }, CONTEXT],
  ['context, as 413', 413, openaiError('prompt is too long: 9 tokens > 8 maximum'), CONTEXT],
  ['DeepSeek: content', 400, openaiError('Content Exists Risk', 'invalid_request_error'), CONTENT],
  [
    'Azure: content',
    400,
    { error: { code: 'content_filter', message: 'x', innererror: { code: 'ResponsibleAIPolicyViolation' } } },
    CONTENT,
  ],
  ['content, as 403', 403, openaiError('Your input was flagged', null, 'x'), CONTENT],
  [
    'Groq: TPM',
    413,
    openaiError(
      'Request too large for model `x` on tokens per minute (TPM): Limit 8000',
      'rate_limit_exceeded',
      'tokens',
    ),
    MISFIT,
  ],
  ['Groq: property', 400, openaiError("property 'seed' is unsupported"), MISFIT],
  [
    'Groq: tool call',
    400,
    { error: { message: 'Failed', code: 'tool_use_failed', failed_generation: 'prompt is too long' } },
    MISFIT,
  ],
  ['Mistral: field, in message', 422, mistral({ detail: forbidden }, 'invalid_request_error'), MISFIT],
  ['Mistral: field, bare', 422, { detail: forbidden }, MISFIT],
  ['Mistral: field, twice', 422, { object: 'Error', detail: forbidden, message: forbidden, code: 3001 }, MISFIT],
  [
    'Mistral: order',
    400,
    mistral("Unexpected role 'tool' after role 'user'", 'invalid_request_message_order', '3230'),
    MISFIT,
  ],
  [
    'DeepSeek: role',
    400,
    openaiError('Failed to deserialize the JSON body into the target type: unknown variant'),
    MISFIT,
  ],
  ['rate limit', 429, openaiError('Rate limit reached', 'rate_limit_exceeded', 'tokens'), RATE],
  ['rate limit, on a page', 429, '<html>slow down</html>', RATE],
  ['Groq: flex capacity', 498, openaiError('capacity', 'capacity_exceeded'), RATE],
  ['Mistral: capacity', 429, mistral('Service tier capacity exceeded for this model.', 'invalid_request_error'), RATE],
  ['Mistral: capacity, as 503', 503, mistral('x', 'service_tier_capacity_exceeded', '3505'), SERVER],
  ['Groq: over capacity', 503, openaiError('x is currently over capacity.', null, 'internal_server_error'), SERVER],
  ['DeepSeek: busy', 503, openaiError('Service is too busy.', 'service_unavailable_error'), SERVER],
  ['gateway text', 502, 'error code: 502', SERVER],
  ['gateway page', 520, '<!DOCTYPE html><title>520</title>', SERVER],
  ['a page with 403', 403, '<html>blocked</html>', SERVER],
  ['a page with 404', 404, ' <html>nothing here</html>', SERVER],
  ['too slow a request', 408, '', SERVER],
  ['a redirect', 307, '', REDIRECT],
];
