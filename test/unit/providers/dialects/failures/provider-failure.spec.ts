import { describe, expect, it } from '@jest/globals';
import { refusalFailure, streamFailure } from '../../../../../src/providers/dialects/failures/provider-failure.js';
import type { FailureKind } from '../../../../../src/providers/provider-error.js';

/** [what, status, body, kind, code, provider unusable] — one row for each case of each provider, in our own words. */
const openai = (message: string, code: string | null = null, type = 'invalid_request_error') => ({
  error: { message, type, param: null, code },
});
const mistral = (message: unknown, type: string, code: string | null = null) => ({
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

const CASES: readonly [string, number, unknown, FailureKind, string, boolean?][] = [
  ['Groq: key', 401, openai('Invalid API Key', 'invalid_api_key'), 'credentials', 'provider_auth', true],
  ['Mistral: key', 401, { detail: 'Unauthorized' }, 'credentials', 'provider_auth', true],
  [
    'DeepSeek: key',
    401,
    openai('Authentication Fails', null, 'authentication_error'),
    'credentials',
    'provider_auth',
    true,
  ],
  [
    'xAI: key',
    400,
    { code: 'invalid-argument', error: 'Incorrect API key provided.' },
    'credentials',
    'provider_auth',
    true,
  ],
  [
    'Gemini: key',
    400,
    [{ error: { code: 400, message: 'API key not valid.', details: [{ reason: 'API_KEY_INVALID' }] } }],
    'credentials',
    'provider_auth',
    true,
  ],
  ['no permission', 403, openai('Forbidden'), 'credentials', 'provider_auth', true],
  [
    'no money',
    402,
    openai('Insufficient Balance', 'invalid_request_error', 'unknown_error'),
    'credentials',
    'provider_auth',
    true,
  ],
  [
    'Groq: model',
    404,
    openai('The model `x.1` does not exist or you do not have access to it.', 'model_not_found'),
    'misfit',
    'invalid_request',
    true,
  ],
  [
    'Groq: model shut down',
    400,
    openai('The model `x` has been decommissioned', 'model_decommissioned'),
    'misfit',
    'invalid_request',
    true,
  ],
  ['Mistral: model', 400, mistral('Invalid model: x', 'invalid_model', '1500'), 'misfit', 'invalid_request', true],
  ['DeepSeek: model', 400, openai('Model Not Exist', 'invalid_request_error'), 'misfit', 'invalid_request', true],
  [
    'Ollama: model',
    404,
    openai('model "x:4b" not found, try pulling it first', null, 'api_error'),
    'misfit',
    'invalid_request',
    true,
  ],
  [
    'Anthropic: model',
    404,
    { type: 'error', error: { type: 'not_found_error', message: 'model: claude-x' } },
    'misfit',
    'invalid_request',
    true,
  ],
  ['a wrong address', 404, '404 page not found', 'misfit', 'invalid_request', true],
  ['a wrong address, without a word', 404, '', 'misfit', 'invalid_request', true],
  ['something else not found', 404, openai('File not found'), 'misfit', 'invalid_request'],
  [
    'Groq: context',
    400,
    openai('Please reduce the length of the messages or completion.', 'context_length_exceeded'),
    'caller',
    'context_length_exceeded',
  ],
  [
    'Mistral: context',
    400,
    mistral('Prompt contains 9 tokens, too large for model with 8 maximum context length', 'invalid_request_error'),
    'caller',
    'context_length_exceeded',
  ],
  [
    'DeepSeek: context',
    400,
    openai("This model's maximum context length is 1048565 tokens."),
    'caller',
    'context_length_exceeded',
  ],
  [
    'llama.cpp: context',
    400,
    { error: { code: 400, type: 'exceed_context_size_error', message: 'too big' } },
    'caller',
    'context_length_exceeded',
  ],
  ['context, as 413', 413, openai('prompt is too long: 9 tokens > 8 maximum'), 'caller', 'context_length_exceeded'],
  ['DeepSeek: content', 400, openai('Content Exists Risk', 'invalid_request_error'), 'caller', 'content_filtered'],
  [
    'Azure: content',
    400,
    { error: { code: 'content_filter', message: 'x', innererror: { code: 'ResponsibleAIPolicyViolation' } } },
    'caller',
    'content_filtered',
  ],
  ['content, as 403', 403, openai('Your input was flagged', null, 'x'), 'caller', 'content_filtered'],
  [
    'Groq: TPM',
    413,
    openai('Request too large for model `x` on tokens per minute (TPM): Limit 8000', 'rate_limit_exceeded', 'tokens'),
    'misfit',
    'invalid_request',
  ],
  ['Groq: property', 400, openai("property 'seed' is unsupported"), 'misfit', 'invalid_request'],
  [
    'Groq: tool call',
    400,
    { error: { message: 'Failed', code: 'tool_use_failed', failed_generation: 'prompt is too long' } },
    'misfit',
    'invalid_request',
  ],
  [
    'Mistral: field, in message',
    422,
    mistral({ detail: forbidden }, 'invalid_request_error'),
    'misfit',
    'invalid_request',
  ],
  ['Mistral: field, bare', 422, { detail: forbidden }, 'misfit', 'invalid_request'],
  [
    'Mistral: field, twice',
    422,
    { object: 'Error', detail: forbidden, message: forbidden, code: 3001 },
    'misfit',
    'invalid_request',
  ],
  [
    'Mistral: order',
    400,
    mistral("Unexpected role 'tool' after role 'user'", 'invalid_request_message_order', '3230'),
    'misfit',
    'invalid_request',
  ],
  [
    'DeepSeek: role',
    400,
    openai('Failed to deserialize the JSON body into the target type: unknown variant'),
    'misfit',
    'invalid_request',
  ],
  ['rate limit', 429, openai('Rate limit reached', 'rate_limit_exceeded', 'tokens'), 'rate', 'provider_rate_limited'],
  ['rate limit, on a page', 429, '<html>slow down</html>', 'rate', 'provider_rate_limited'],
  ['Groq: flex capacity', 498, openai('capacity', 'capacity_exceeded'), 'rate', 'provider_rate_limited'],
  [
    'Mistral: capacity',
    429,
    mistral('Service tier capacity exceeded for this model.', 'invalid_request_error'),
    'rate',
    'provider_rate_limited',
  ],
  [
    'Mistral: capacity, as 503',
    503,
    mistral('x', 'service_tier_capacity_exceeded', '3505'),
    'server',
    'provider_unavailable',
  ],
  [
    'Groq: over capacity',
    503,
    openai('x is currently over capacity.', null, 'internal_server_error'),
    'server',
    'provider_unavailable',
  ],
  [
    'DeepSeek: busy',
    503,
    openai('Service is too busy.', 'service_unavailable_error'),
    'server',
    'provider_unavailable',
  ],
  ['gateway text', 502, 'error code: 502', 'server', 'provider_unavailable'],
  ['gateway page', 520, '<!DOCTYPE html><title>520</title>', 'server', 'provider_unavailable'],
  ['a page with 403', 403, '<html>blocked</html>', 'server', 'provider_unavailable'],
  ['a page with 404', 404, ' <html>nothing here</html>', 'server', 'provider_unavailable'],
  ['too slow a request', 408, '', 'server', 'provider_unavailable'],
  ['a redirect', 307, '', 'protocol', 'provider_bad_response'],
];

describe('a refused request', () => {
  it.each(CASES)('%s, %i', (_, status, body, kind, code, unusable = false) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const failure = refusalFailure(
      { status, headers: { 'content-type': 'application/octet-stream' }, body: text },
      true,
    );
    expect(failure).toMatchObject({ kind, code, status });
    expect(failure.unusable ?? false).toBe(unusable);
  });

  it("does not take the provider down for a model that isn't the configured one", () => {
    const body = JSON.stringify(openai('The model `x` does not exist', 'model_not_found'));
    expect(refusalFailure({ status: 404, headers: {}, body }, false).unusable).toBeUndefined();
  });

  it('says its status and code, never the body', () => {
    const body = JSON.stringify(openai('Incorrect API key provided: sk-canary', 'invalid_api_key'));
    expect(refusalFailure({ status: 401, headers: {}, body }, true).message).toBe('answered 401 (invalid_api_key)');
    const strange = JSON.stringify(openai('x', 'sk-canary with words'));
    expect(refusalFailure({ status: 401, headers: {}, body: strange }, true).message).not.toContain('canary');
  });

  it('says when to come back', () => {
    const refusal = { status: 503, headers: { 'retry-after': '7' }, body: '' };
    expect(refusalFailure(refusal, true).retryAfterMs).toBe(7_000);
    expect(refusalFailure({ ...refusal, status: 400 }, true).retryAfterMs).toBeUndefined();
  });
});

describe('an error inside an answer', () => {
  it.each<[unknown, boolean, FailureKind]>([
    [{ message: 'Provider disconnected', code: 502 }, true, 'server'],
    [{ message: 'x', status_code: 429 }, true, 'rate'],
    [{ message: 'x', status_code: 400, code: 'tool_use_failed' }, false, 'misfit'],
    [{ message: 'x', status_code: 400, code: 'tool_use_failed' }, true, 'protocol'],
    [{ message: 'Content Exists Risk' }, true, 'caller'],
    [{ message: 'x', type: 'rate_limit_error' }, true, 'rate'],
    ['over capacity', true, 'protocol'],
    [null, true, 'protocol'],
  ])('%j with text shown: %s is of kind %s', (error, begun, kind) => {
    expect(streamFailure(error, undefined, begun).kind).toBe(kind);
  });

  it('takes the status that stands beside it', () => {
    expect(streamFailure('busy', { error: 'busy', code: 503 }, false)).toMatchObject({ kind: 'server', status: 503 });
  });
});
