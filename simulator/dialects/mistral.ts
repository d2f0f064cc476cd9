import { seededRandom } from '../answers/hash.js';
import { countTokens } from '../answers/tokenize.js';
import { JSON_TYPE, numberField } from './dialect.js';
import { mistralErrorReply, mistralRefusal } from './mistral-errors.js';
import type { SimulatedCall } from '../answers/tool-calls.js';
import type { Chunk, Dialect, JsonObject, Reply } from './dialect.js';

const PADDING = 'abcdefghijklmnopqrstuvwxyz0123456789';
/** Mistral sends a few tokens an event. */
const MOST_TOKENS_PER_CHUNK = 3;

/** Mistral: pads its chunks, thinks in content parts, and may end with text, finish reason and usage in one chunk. */
export const mistral: Dialect = {
  name: 'mistral',
  basePath: '/v1',
  paths: ['/v1/chat/completions'],
  models: [
    'mistral-large-2512',
    'mistral-large-latest',
    'mistral-medium-3-5',
    'mistral-medium-latest',
    'mistral-medium-3',
    'mistral-small-2603',
    'mistral-small-latest',
    'ministral-14b-2512',
    'ministral-8b-2512',
    'ministral-3b-2512',
    'codestral-2508',
    'codestral-latest',
  ],
  pace: { firstTokenMs: 350, tokenMs: 12 },
  keepAlive: undefined,
  prefixReply: 'echo',

  refusal: (body, _path, models) => mistralRefusal(body, models),
  unauthorized: () => mistralErrorReply(401),
  unknownPath: () => ({ status: 404, body: { detail: 'Not Found' } }),
  malformedJson: () => ({
    status: 422,
    body: { detail: [{ type: 'json_invalid', loc: ['body', 0], msg: 'JSON decode error', input: {} }] },
  }),
  errorReply: mistralErrorReply,

  thinking: (body) => {
    const effort = body.reasoning_effort;
    const asked = (effort !== undefined && effort !== null && effort !== 'none') || body.prompt_mode === 'reasoning';
    return asked ? 'separate' : 'none';
  },
  maxTokens: (body) => numberField(body, 'max_tokens'),

  streamHeaders: (reply) => ({ 'content-type': 'text/event-stream; charset=utf-8', ...edge(reply) }),
  jsonHeaders: (reply) => ({
    'content-type': JSON_TYPE,
    ...edge(reply),
    'x-ratelimit-limit-req-minute': '360',
    'x-ratelimit-remaining-req-minute': '359',
    'x-ratelimit-limit-tokens-minute': '500000',
    'x-ratelimit-remaining-tokens-minute': String(500_000 - reply.usage.prompt),
    'x-ratelimit-tokens-query-cost': String(reply.usage.prompt + reply.usage.completion),
  }),
  chunks,
  textChunk: (reply, text) => chunk(reply, { content: text }),
  callChunks: (reply, calls) => {
    const closing = reply.finish !== undefined;
    const delta = { tool_calls: calls.map((call, index) => wholeCall(reply, call, index)) };
    const data = chunk(reply, delta, closing ? 'tool_calls' : null);
    const text = calls.reduce((sum, call) => sum + countTokens(call.arguments), 0);
    return [
      {
        data: { ...data, ...(closing ? { usage: usage(reply) } : {}), p: PADDING.slice(0, 7) },
        reasoning: 0,
        text,
        closing,
      },
    ];
  },
  completion: (reply) => ({
    id: identifier(reply),
    object: 'chat.completion',
    created: Math.floor(reply.startedAt / 1000),
    model: reply.model,
    usage: usage(reply),
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          tool_calls: reply.calls.length === 0 ? null : reply.calls.map((call, index) => wholeCall(reply, call, index)),
          content: reply.thinks
            ? [thought(reply.reasoning.join('')), { type: 'text', text: reply.text.join('') }]
            : reply.text.join(''),
        },
        finish_reason: reply.finish,
      },
    ],
  }),
  // Never recorded: this is the shape of Mistral's HTTP errors in an event.
  errorEvent: (message, status) => ({
    data: {
      object: 'error',
      message,
      type: 'internal_server_error',
      param: null,
      code: '1000',
      ...(status === undefined ? {} : { raw_status_code: status }),
    },
  }),
};

function* chunks(reply: Reply): Generator<Chunk, void, undefined> {
  const random = seededRandom(reply.seed);
  const padding = (): string => PADDING.slice(0, 4 + random(PADDING.length - 4));
  yield { data: chunk(reply, { role: 'assistant', content: '' }), reasoning: 0, text: 0 };

  const thoughts = grouped(reply.reasoning, random);
  const texts = grouped(reply.text, random);
  // The last thought and the first text share a chunk.
  const bridge = thoughts.length > 0 && texts.length > 0 ? [thoughts.pop(), texts.shift()] : undefined;
  const endsWithText =
    texts.length > 0 && reply.finish !== undefined && reply.calls.length === 0 && random(2) === 0
      ? texts.pop()
      : undefined;

  for (const part of thoughts) {
    yield {
      data: { ...chunk(reply, { content: [thought(part.join(''))] }), p: padding() },
      reasoning: part.length,
      text: 0,
    };
  }
  if (bridge) {
    const [last = [], first = []] = bridge;
    const content = [thought(last.join('')), { type: 'text', text: first.join('') }];
    yield { data: { ...chunk(reply, { content }), p: padding() }, reasoning: last.length, text: first.length };
  }
  for (const part of texts) {
    yield { data: { ...chunk(reply, { content: part.join('') }), p: padding() }, reasoning: 0, text: part.length };
  }
  if (reply.calls.length > 0) {
    yield* mistral.callChunks(reply, reply.calls);
    return;
  }
  if (reply.finish === undefined) return;
  const closing = chunk(reply, { content: endsWithText?.join('') ?? '' }, reply.finish);
  const data = { ...closing, usage: usage(reply), p: padding() };
  yield { data, reasoning: 0, text: endsWithText?.length ?? 0, closing: true };
}

/** Mistral sends all calls at once, in the chunk that ends the answer, with ids of nine letters and digits. */
function wholeCall(reply: Reply, { name, arguments: given }: SimulatedCall, index: number): JsonObject {
  const id = `${reply.id.replaceAll('-', '').slice(0, 8)}${index}`;
  return { id, type: 'function', function: { name, arguments: given }, index };
}

function grouped(tokens: readonly string[], random: (n: number) => number): string[][] {
  const groups: string[][] = [];
  for (let at = 0; at < tokens.length;) {
    const size = 1 + random(MOST_TOKENS_PER_CHUNK);
    groups.push(tokens.slice(at, at + size));
    at += size;
  }
  return groups;
}

function chunk(reply: Reply, delta: JsonObject, finish: string | null = null): JsonObject {
  return {
    id: identifier(reply),
    object: 'chat.completion.chunk',
    created: Math.floor(reply.startedAt / 1000),
    model: reply.model,
    choices: [{ index: 0, delta, finish_reason: finish }],
  };
}

const thought = (text: string): JsonObject => ({ type: 'thinking', thinking: [{ type: 'text', text }], closed: true });

const identifier = (reply: Reply): string => reply.id.replaceAll('-', '');

/** Thinking is inside `completion_tokens`; Mistral doesn't count it apart. */
function usage({ usage: { prompt, completion } }: Reply): JsonObject {
  return {
    prompt_tokens: prompt,
    total_tokens: prompt + completion,
    completion_tokens: completion,
    prompt_tokens_details: { cached_tokens: 0 },
    service_tier: 'standard',
  };
}

function edge(reply: Reply): Record<string, string> {
  return {
    'mistral-correlation-id': reply.id,
    'x-kong-request-id': reply.id,
    'x-max-retry-attempts-reached': 'false',
    'x-envoy-upstream-service-time': '173',
    server: 'cloudflare',
    'x-kong-upstream-latency': '174',
    'x-kong-proxy-latency': '9',
    'alt-svc': 'h3=":443"; ma=86400',
  };
}
