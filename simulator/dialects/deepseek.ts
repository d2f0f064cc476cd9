import { tokenize } from '../answers/tokenize.js';
import { JSON_TYPE, numberField } from './dialect.js';
import { deepseekErrorReply, deepseekRefusal, deepseekThinks, deepseekUnauthorized } from './deepseek-errors.js';
import type { SimulatedCall } from '../answers/tool-calls.js';
import type { Chunk, Dialect, JsonObject, Reply } from './dialect.js';

/** Old names of models that still answer, under the new name. */
const RENAMED: Readonly<Record<string, string>> = {
  'deepseek-v4-flash': 'deepseek-flash',
  'deepseek-v4-flash-vision-exp': 'deepseek-flash',
};

/** DeepSeek: thinks unless told not to, keeps the line alive by comments, continues a prefix only on `/beta`. */
export const deepseek: Dialect = {
  name: 'deepseek',
  basePath: '',
  paths: ['/chat/completions', '/v1/chat/completions', '/beta/chat/completions'],
  models: ['deepseek-flash', 'deepseek-v4-pro', ...Object.keys(RENAMED)],
  pace: { firstTokenMs: 700, tokenMs: 25 },
  keepAlive: 'keep-alive',
  prefixReply: 'rest',

  refusal: deepseekRefusal,
  unauthorized: deepseekUnauthorized,
  unknownPath: () => ({ status: 404, headers: { 'content-type': 'text/plain' }, body: '' }),
  malformedJson: () => ({
    status: 400,
    body: {
      error: {
        message: 'Failed to parse the request body as JSON: EOF while parsing a value at line 1 column 0',
        type: 'invalid_request_error',
        param: null,
        code: 'invalid_request_error',
      },
    },
  }),
  errorReply: deepseekErrorReply,

  thinking: (body) => (deepseekThinks(body) ? 'separate' : 'none'),
  maxTokens: (body) => numberField(body, 'max_tokens'),

  streamHeaders: (reply) => ({ 'content-type': 'text/event-stream; charset=utf-8', ...edge(reply) }),
  jsonHeaders: (reply) => ({ 'content-type': JSON_TYPE, ...edge(reply) }),
  chunks,
  textChunk: (reply, text) => chunk(reply, spoken(reply, text)),
  callChunks: (reply, calls) => {
    const pieces = calls.flatMap((call, index) => callPieces(reply, call, index));
    if (reply.finish === undefined) return pieces;
    const data = { ...chunk(reply, spoken(reply, ''), 'tool_calls'), usage: usage(reply) };
    return [...pieces, { data, reasoning: 0, text: 0, closing: true }];
  },
  completion: (reply) => ({
    id: reply.id,
    object: 'chat.completion',
    created: Math.floor(reply.startedAt / 1000),
    model: modelOf(reply),
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content: reply.text.join(''),
          ...(reply.thinks ? { reasoning_content: reply.reasoning.join('') } : {}),
          ...(reply.calls.length > 0
            ? { tool_calls: reply.calls.map((call, index) => wholeCall(reply, call, index)) }
            : {}),
        },
        logprobs: null,
        finish_reason: reply.finish,
      },
    ],
    usage: usage(reply),
    system_fingerprint: FINGERPRINT,
  }),
  // Never recorded: this is the shape of DeepSeek's HTTP errors in an event.
  errorEvent: (message, status) => ({
    data: {
      error: {
        message,
        type: status === undefined || status >= 500 ? 'service_unavailable_error' : 'invalid_request_error',
        param: null,
        code: status === undefined || status >= 500 ? 'service_unavailable_error' : 'invalid_request_error',
      },
    },
  }),
};

const FINGERPRINT = 'fp_5de71041a9_prod0820_fp8_kvcache_20261017';

function* chunks(reply: Reply): Generator<Chunk, void, undefined> {
  const opening = reply.thinks
    ? { role: 'assistant', content: null, reasoning_content: '' }
    : { role: 'assistant', content: '' };
  yield { data: chunk(reply, opening), reasoning: 0, text: 0 };
  for (const token of reply.reasoning) {
    yield { data: chunk(reply, { content: null, reasoning_content: token }), reasoning: 1, text: 0 };
  }
  for (const token of reply.text) yield { data: chunk(reply, spoken(reply, token)), reasoning: 0, text: 1 };
  if (reply.calls.length > 0) return yield* deepseek.callChunks(reply, reply.calls);
  if (reply.finish === undefined) return;
  // Usage rides on the closing chunk, asked for or not.
  const data = { ...chunk(reply, spoken(reply, ''), reply.finish), usage: usage(reply) };
  yield { data, reasoning: 0, text: 0, closing: true };
}

function callId(reply: Reply, index: number): string {
  return `call_0${index}_${reply.id.replaceAll('-', '').slice(0, 20)}`;
}

function wholeCall(reply: Reply, { name, arguments: given }: SimulatedCall, index: number): JsonObject {
  return { index, id: callId(reply, index), type: 'function', function: { name, arguments: given } };
}

/** DeepSeek sends a call token by token: first its name, then the arguments. */
function callPieces(reply: Reply, call: SimulatedCall, index: number): Chunk[] {
  const piece = (fields: JsonObject): JsonObject => chunk(reply, { tool_calls: [{ index, ...fields }] });
  const opening = wholeCall(reply, { ...call, arguments: '' }, index);
  return [
    { data: chunk(reply, { tool_calls: [opening] }), reasoning: 0, text: 0 },
    ...tokenize(call.arguments).map((token) => ({
      data: piece({ function: { arguments: token } }),
      reasoning: 0,
      text: 1,
    })),
  ];
}

function spoken(reply: Reply, content: string): JsonObject {
  return reply.thinks ? { content, reasoning_content: null } : { content };
}

function chunk(reply: Reply, delta: JsonObject, finish: string | null = null): JsonObject {
  return {
    id: reply.id,
    object: 'chat.completion.chunk',
    created: Math.floor(reply.startedAt / 1000),
    model: modelOf(reply),
    system_fingerprint: FINGERPRINT,
    choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
    ...(reply.includeUsage ? { usage: null } : {}),
  };
}

const modelOf = (reply: Reply): string => RENAMED[reply.model] ?? reply.model;

function usage({ usage: { prompt, completion, reasoning }, thinks }: Reply): JsonObject {
  return {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
    prompt_tokens_details: { cached_tokens: 0 },
    ...(thinks ? { completion_tokens_details: { reasoning_tokens: reasoning } } : {}),
    prompt_cache_hit_tokens: 0,
    prompt_cache_miss_tokens: prompt,
  };
}

function edge(reply: Reply): Record<string, string> {
  return {
    server: 'elb',
    'cache-control': 'no-cache',
    vary: 'origin, access-control-request-method, access-control-request-headers',
    'x-ds-trace-id': reply.id.replaceAll('-', ''),
    'x-cache': 'Miss from cloudfront',
    via: '1.1 simulated.cloudfront.net (CloudFront)',
  };
}
