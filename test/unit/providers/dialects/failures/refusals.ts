import type { FailureKind } from '../../../../../src/providers/provider-error.js';
import type { ErrorCode } from '../../../../../src/wire/answer-event.js';

/** [kind, code, what it says of the provider itself]. */
type Verdict = readonly [FailureKind, ErrorCode, ('unusable' | 'suspect')?];

const KEY: Verdict = ['credentials', 'provider_auth', 'unusable'];
const KEY_MAYBE: Verdict = ['credentials', 'provider_auth', 'suspect'];
const GONE: Verdict = ['misfit', 'invalid_request', 'unusable'];
const GONE_MAYBE: Verdict = ['misfit', 'invalid_request', 'suspect'];
const MISFIT: Verdict = ['misfit', 'invalid_request'];
const CONTEXT: Verdict = ['caller', 'context_length_exceeded'];
const CONTENT: Verdict = ['caller', 'content_filtered'];
const RATE: Verdict = ['rate', 'provider_rate_limited'];
const SERVER: Verdict = ['server', 'provider_unavailable'];
const REDIRECT: Verdict = ['protocol', 'provider_bad_response'];

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
const FLAGGED = 'Invalid prompt: your prompt was flagged as potentially violating our usage policy. Please try again';
const WRAPPED = JSON.stringify({ type: 'error', error: { type: 'not_found_error', message: 'model: claude-x' } });

/** What is refused, with which status and body (one for each case of each provider, in our own words), and what that is. */
export const REFUSALS: readonly [string, number, unknown, Verdict][] = [
  ['Groq: key', 401, openaiError('Invalid API Key', 'invalid_api_key'), KEY],
  ['Mistral: key', 401, { detail: 'Unauthorized' }, KEY],
  ['DeepSeek: key', 401, openaiError('Authentication Fails', null, 'authentication_error'), KEY],
  ['xAI: key', 400, { code: 'invalid-argument', error: 'Incorrect API key provided.' }, KEY_MAYBE],
  [
    'Gemini: key',
    400,
    [{ error: { code: 400, message: 'API key not valid.', details: [{ reason: 'API_KEY_INVALID' }] } }],
    KEY,
  ],
  ['no permission', 403, openaiError('Forbidden'), KEY_MAYBE],
  ['no permission, with a code', 403, openaiError('Forbidden', 'invalid_api_key'), KEY],
  ['no money', 402, openaiError('Insufficient Balance', 'invalid_request_error', 'unknown_error'), KEY],
  [
    'Groq: model',
    404,
    openaiError('The model `x.1` does not exist or you do not have access to it.', 'model_not_found'),
    GONE,
  ],
  ['Groq: model shut down', 400, openaiError('The model `x` has been decommissioned', 'model_decommissioned'), GONE],
  ['Mistral: model', 400, mistral('Invalid model: x', 'invalid_model', '1500'), GONE],
  ['DeepSeek: model', 400, openaiError('Model Not Exist', 'invalid_request_error'), GONE_MAYBE],
  ['Ollama: model', 404, openaiError('model "x:4b" not found, try pulling it first', null, 'api_error'), GONE],
  ['Anthropic: model', 404, { type: 'error', error: { type: 'not_found_error', message: 'model: claude-x' } }, GONE],
  [
    'Moonshot: model',
    404,
    openaiError('Not found the model kimi-old or Permission denied', null, 'resource_not_found_error'),
    GONE,
  ],
  ['OpenRouter: model', 404, { error: { message: 'No endpoints found for qwen/old:free.', code: 404 } }, GONE],
  ['OpenRouter: feature', 404, { error: { message: 'No endpoints found that support tool use.', code: 404 } }, MISFIT],
  ['OpenRouter: model id', 400, { error: { message: 'x/old is not a valid model ID', code: 400 } }, GONE_MAYBE],
  ['Together: model', 404, openaiError('Unable to access model x/old. Please visit …', 'model_not_available'), GONE],
  [
    'Hugging Face: model',
    400,
    openaiError("The requested model 'x/y' is not supported by any provider.", 'model_not_supported'),
    GONE,
  ],
  ['vLLM: model', 404, { object: 'error', message: 'The model `x` does not exist.', type: 'NotFoundError' }, GONE],
  ['Azure: model', 404, { error: { message: 'The API deployment for this resource does not exist.' } }, GONE],
  ['Azure: address', 404, { error: { code: '404', message: 'Resource not found' } }, GONE],
  ['Bedrock: model', 400, { message: 'The provided model identifier is invalid.' }, GONE_MAYBE],
  ['Bedrock: model at its end', 404, { message: 'This model version has reached the end of its life.' }, GONE],
  [
    'a gateway to Bedrock: model',
    400,
    { detail: 'Unsupported model x, please use models API to get a list' },
    GONE_MAYBE,
  ],
  ['Hugging Face: model', 400, { error: 'Model x/y is not supported by provider together.' }, GONE_MAYBE],
  [
    'Hugging Face: model for a task',
    400,
    { error: 'Model x/y is not supported for task chat and provider z' },
    GONE_MAYBE,
  ],
  ['LM Studio: model', 400, { error: 'Failed to load model "x". Error: Model does not exist.' }, GONE_MAYBE],
  ['LiteLLM: model', 400, openaiError('/chat/completions: Invalid model name passed in model=x. Call'), GONE_MAYBE],
  ['LiteLLM: model of Anthropic', 404, openaiError(`litellm.NotFoundError: AnthropicException - ${WRAPPED}`), GONE],
  ['Novita: model', 404, { code: 404, message: 'model: x not found' }, GONE],
  ['NIM: model', 404, { status: 404, detail: "Function 'a-1': Not found for account 'b-2'" }, GONE],
  ['Cloudflare: model', 400, { errors: [{ message: 'No such model @cf/x or task', code: 5007 }] }, GONE_MAYBE],
  ['Doubao: model', 404, openaiError('The model or endpoint x does not exist or you do not have access to it.'), GONE],
  [
    'OpenRouter: nobody',
    404,
    { error: { message: 'No allowed providers are available for the selected model.' } },
    GONE,
  ],
  ['OpenRouter: policy', 404, { error: { message: 'No endpoints found matching your data policy (x).' } }, GONE],
  ['GLM: model', 400, { error: { code: '1211', message: 'Unknown Model, please check the model code.' } }, GONE],
  ['LiteLLM: model', 400, openaiError('Invalid model name passed in model=x. Call `/v1/models`'), GONE_MAYBE],
  ['a model, in other words', 400, openaiError('Unknown model x/old'), GONE_MAYBE],
  ['a model, at its end', 404, openaiError('This model is no longer available'), GONE],
  ['a model that lacks a feature', 400, openaiError('Model x is not supported with images'), MISFIT],
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
  ['OpenRouter: content', 403, { error: { code: 403, message: 'x', metadata: { flagged_input: 'bad' } } }, CONTENT],
  ['xAI: content', 403, { code: 'denied', error: 'Content violates usage guidelines. Team: x' }, CONTENT],
  ['Qwen: content', 400, openaiError('Input text data may contain inappropriate content.'), CONTENT],
  ['Anthropic: content', 400, openaiError('Output blocked by content filtering policy'), CONTENT],
  ['content, as 403', 403, openaiError('Your input was flagged', null, 'x'), CONTENT],
  ['OpenAI: content', 400, openaiError(FLAGGED, 'invalid_prompt'), CONTENT],
  ['MiniMax: content', 400, openaiError('input new_sensitive (1026)'), CONTENT],
  ['Doubao: content', 400, openaiError('The request failed', 'InputTextSensitiveContentDetected'), CONTENT],
  ['Cohere: content', 400, { message: 'blocked output: please try again with a different prompt' }, CONTENT],
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
