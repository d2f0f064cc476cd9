import { randomUUID } from 'node:crypto';
import { countTokens } from '../answers/tokenize.js';
import { JSON_TYPE, numberField } from './dialect.js';
import { groqError, groqErrorReply, groqRefusal } from './groq-errors.js';
import type { SimulatedCall } from '../answers/tool-calls.js';
import type { Chunk, Dialect, JsonObject, Reply } from './dialect.js';

const DAILY_REQUESTS = 14_400;
const MINUTE_TOKENS = 300_000;

/** Groq: fast, reasons in `delta.reasoning`, says its usage in `x_groq` and at the top of the last chunk. */
export const groq: Dialect = {
  name: 'groq',
  basePath: '/openai/v1',
  paths: ['/openai/v1/chat/completions'],
  models: [
    'openai/gpt-oss-120b',
    'openai/gpt-oss-20b',
    'openai/gpt-oss-safeguard-20b',
    'qwen/qwen3.8-27b',
    'qwen/qwen3.6-27b',
    'qwen/qwen3-32b',
    'groq/compound',
    'groq/compound-mini',
  ],
  pace: { firstTokenMs: 180, tokenMs: 2 },
  keepAlive: undefined,
  prefixReply: 'rest',

  refusal: (body, _path, models) => groqRefusal(body, models),
  unauthorized: () => groqErrorReply(401),
  unknownPath: (method, path) =>
    groqError(
      404,
      `Unknown request URL: ${method} ${path}. Please check the URL for typos, or see the docs at https://console.groq.com/docs/`,
      'invalid_request_error',
      'unknown_url',
    ),
  malformedJson: () => groqError(400, 'unexpected end of JSON input', 'invalid_request_error'),
  errorReply: groqErrorReply,

  thinking: (body) => {
    if (body.reasoning_format === 'hidden' || body.include_reasoning === false) return 'none';
    if (body.reasoning_effort === 'none') return 'none';
    if (isHarmony(body.model)) return 'separate';
    if (!String(body.model).startsWith('qwen/')) return 'none';
    return body.reasoning_format === 'parsed' || body.include_reasoning === true ? 'separate' : 'inline';
  },
  maxTokens: (body) => numberField(body, 'max_completion_tokens') ?? numberField(body, 'max_tokens'),

  streamHeaders: (reply) => ({ 'content-type': 'text/event-stream', ...rateLimits(reply), ...edge(reply) }),
  jsonHeaders: (reply) => ({ 'content-type': JSON_TYPE, ...rateLimits(reply), ...edge(reply) }),
  chunks,
  textChunk: (reply, text) => chunk(reply, { content: text }),
  callChunks: (reply, calls) => [
    ...calls.map((call, index) => ({
      data: chunk(reply, { tool_calls: [{ ...wholeCall(call), index }] }),
      reasoning: 0,
      text: countTokens(call.arguments),
    })),
    ...(reply.finish === undefined
      ? []
      : [{ data: closing(reply, 'tool_calls'), reasoning: 0, text: 0, closing: true }]),
  ],
  completion: (reply) => ({
    id: `chatcmpl-${reply.id}`,
    object: 'chat.completion',
    created: Math.floor(reply.startedAt / 1000),
    model: reply.model,
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content: reply.text.join(''),
          ...(reply.thinks ? { reasoning: reply.reasoning.join('') } : {}),
          ...(reply.calls.length > 0 ? { tool_calls: reply.calls.map(wholeCall) } : {}),
        },
        logprobs: null,
        finish_reason: reply.finish,
      },
    ],
    usage: usage(reply),
    usage_breakdown: null,
    system_fingerprint: fingerprint(reply),
    x_groq: { id: requestId(reply), seed: reply.seed },
    service_tier: 'on_demand',
  }),
  errorEvent: (message, status) => ({
    event: 'error',
    data: {
      error: {
        message,
        type: status === undefined || status >= 500 ? 'internal_server_error' : 'invalid_request_error',
        code: status === undefined || status >= 500 ? 'internal_error' : 'tool_use_failed',
        ...(status === undefined ? {} : { failed_generation: '', status_code: status }),
      },
    },
  }),
};

function* chunks(reply: Reply): Generator<Chunk, void, undefined> {
  const opening = chunk(reply, { role: 'assistant', content: '' });
  opening.x_groq = { id: requestId(reply), seed: reply.seed };
  yield { data: opening, reasoning: 0, text: 0 };
  const channel = isHarmony(reply.model) ? { channel: 'analysis' } : {};
  for (const token of reply.reasoning) {
    yield { data: chunk(reply, { reasoning: token, ...channel }), reasoning: 1, text: 0 };
  }
  for (const token of reply.text) yield { data: chunk(reply, { content: token }), reasoning: 0, text: 1 };
  if (reply.calls.length > 0) yield* groq.callChunks(reply, reply.calls);
  else if (reply.finish !== undefined)
    yield { data: closing(reply, reply.finish), reasoning: 0, text: 0, closing: true };
  if (reply.finish === undefined) return;
  if (reply.includeUsage) {
    yield { data: { ...chunk(reply, {}), choices: [], usage: usage(reply) }, reasoning: 0, text: 0 };
  }
}

/** Groq sends a call in one piece. */
function wholeCall({ name, arguments: given }: SimulatedCall): JsonObject {
  return { id: `fc_${randomUUID()}`, type: 'function', function: { name, arguments: given } };
}

function chunk(reply: Reply, delta: JsonObject, finish: string | null = null): JsonObject {
  return {
    id: `chatcmpl-${reply.id}`,
    object: 'chat.completion.chunk',
    // Groq stamps each chunk, so `created` changes within a stream.
    created: Math.floor(Date.now() / 1000),
    model: reply.model,
    system_fingerprint: fingerprint(reply),
    choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
  };
}

function closing(reply: Reply, finish: string): JsonObject {
  return { ...chunk(reply, {}, finish), x_groq: { id: requestId(reply), usage: usage(reply) }, usage: usage(reply) };
}

function usage({ usage: { prompt, completion, reasoning }, thinks }: Reply): JsonObject {
  const promptTime = prompt * 0.00008754;
  const completionTime = completion * 0.00200612;
  return {
    queue_time: 0.041905864,
    prompt_tokens: prompt,
    prompt_time: round(promptTime),
    completion_tokens: completion,
    completion_time: round(completionTime),
    total_tokens: prompt + completion,
    total_time: round(promptTime + completionTime),
    ...(thinks ? { completion_tokens_details: { reasoning_tokens: reasoning } } : {}),
  };
}

const round = (seconds: number): number => Number(seconds.toFixed(9));
const isHarmony = (model: unknown): boolean => typeof model === 'string' && model.startsWith('openai/gpt-oss');
const fingerprint = (reply: Reply): string =>
  `fp_${(reply.model.length * 0x9e3779b1).toString(16).slice(-10).padStart(10, '0')}`;
const requestId = (reply: Reply): string => `req_01k${reply.id.replaceAll('-', '').slice(0, 23)}`;

function rateLimits({ usage: { prompt }, seed }: Reply): Record<string, string> {
  return {
    'x-ratelimit-limit-requests': String(DAILY_REQUESTS),
    'x-ratelimit-limit-tokens': String(MINUTE_TOKENS),
    'x-ratelimit-remaining-requests': String(DAILY_REQUESTS - 1 - (seed % 50)),
    'x-ratelimit-remaining-tokens': String(Math.max(0, MINUTE_TOKENS - prompt)),
    'x-ratelimit-reset-requests': '6s',
    'x-ratelimit-reset-tokens': `${Math.max(1, Math.round(prompt / 5))}ms`,
  };
}

function edge(reply: Reply): Record<string, string> {
  return {
    'cache-control': 'private, max-age=0, no-store, no-cache, must-revalidate',
    vary: 'Origin',
    'x-groq-region': 'fra',
    'x-request-id': requestId(reply),
    server: 'cloudflare',
    'alt-svc': 'h3=":443"; ma=86400',
  };
}
