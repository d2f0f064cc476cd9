import { connect } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { HistoryStore, HistoryUnavailableError } from '../../../src/history/history-store.js';
import { Lifecycle } from '../../../src/lifecycle/lifecycle.js';
import { startApp, type RunningApp } from '../../support/app.js';
import { asked } from '../../support/chat-api.js';
import { call, type Answer, type Call } from '../../support/http-app.js';
import { complete, TIDE, user, type Json } from '../../support/openai.js';
import { expectEnvelope } from '../../support/openai-envelope.js';

let service: RunningApp;
beforeAll(async () => {
  service = await startApp({ BLOCKED_TERMS: 'forbidden', PUBLIC_URL: 'https://chat.example.com' });
});
afterEach(() => service.simulator.clear());
afterAll(() => service.close());

const HI = [user('echo: hi')];

function post(json: Json, more: Call = {}, url = service.url): Promise<Answer> {
  return call(`${url}/v1/chat/completions`, {
    method: 'POST',
    json: { model: 'rondo', messages: HI, ...json },
    ...more,
  });
}

const message = (fields: Json | null) => ({ messages: [...HI, fields] });
const called = {
  role: 'assistant',
  tool_calls: [{ id: 'a', type: 'function', function: { name: 'tide', arguments: '{}' } }],
};

describe('a field that is wrong', () => {
  it.each<[string, Json]>([
    ['model', { model: null }],
    ['model', { model: 7 }],
    ['messages', { messages: null }],
    ['messages', { messages: [] }],
    ['messages', { messages: 'hi' }],
    ['messages', { messages: Array.from({ length: 2001 }, () => HI[0]) }],
    ['messages', { messages: [{ role: 'assistant', content: 'hi' }] }],
    ['messages', { messages: [user('  ')] }],
    ['messages[1]', message(null)],
    ['messages[1].role', message({ content: 'hi' })],
    ['messages[1].role', message({ role: 'bot', content: 'hi' })],
    ['messages[1].role', message({ role: 'function', name: 'f', content: 'hi' })],
    ['messages[1].content', message({ role: 'user' })],
    ['messages[1].content', message({ role: 'user', content: 7 })],
    ['messages[1].content', message({ role: 'assistant' })],
    ['messages[1].content', message({ role: 'system', content: null })],
    ['messages[1].colour', message({ role: 'user', content: 'hi', colour: 'red' })],
    ['messages[1].prefix', message({ role: 'assistant', content: 'hi', prefix: true })],
    [
      'messages[1].function_call',
      message({ role: 'assistant', content: '', function_call: { name: 'f', arguments: '' } }),
    ],
    ['messages[1].audio', message({ role: 'assistant', content: '', audio: { id: 'x' } })],
    ['messages[1].content[0].type', message({ role: 'user', content: [{ type: 'input_audio', input_audio: {} }] })],
    ['messages[1].content[0].type', message({ role: 'user', content: [{ type: 'file', file: {} }] })],
    ['messages[1].content[0].type', message({ role: 'system', content: [{ type: 'image_url' }] })],
    ['messages[1].content[0].text', message({ role: 'user', content: [{ type: 'text' }] })],
    [
      'messages[1].content[0].image_url',
      message({ role: 'user', content: [{ type: 'image_url', image_url: 'https://x.y' }] }),
    ],
    [
      'messages[1].content[0].image_url.url',
      message({ role: 'user', content: [{ type: 'image_url', image_url: { url: 'file:///etc/passwd' } }] }),
    ],
    [
      'messages[1].content[0].image_url.detail',
      message({ role: 'user', content: [{ type: 'image_url', image_url: { url: 'https://x.y', detail: 'best' } }] }),
    ],
    ['messages[1].tool_call_id', message({ role: 'tool', content: 'x' })],
    ['messages[1].tool_call_id', message({ role: 'tool', content: 'x', tool_call_id: 'nobody' })],
    ['messages[1].tool_calls', message(called)],
    ['messages[1].tool_calls', { messages: [...HI, called, user('and?')] }],
    [
      'messages[1].tool_calls',
      { messages: [...HI, { ...called, tool_calls: [called.tool_calls[0], called.tool_calls[0]] }] },
    ],
    [
      'messages[1].tool_calls[0].function.arguments',
      message({
        role: 'assistant',
        tool_calls: [{ id: 'a', type: 'function', function: { name: 'f', arguments: {} } }],
      }),
    ],
    [
      'messages[1].tool_calls[0].type',
      message({ role: 'assistant', tool_calls: [{ id: 'a', type: 'custom', custom: {} }] }),
    ],
    ['temperature', { temperature: 2.1 }],
    ['temperature', { temperature: 'hot' }],
    ['top_p', { top_p: -0.1 }],
    ['presence_penalty', { presence_penalty: 3 }],
    ['frequency_penalty', { frequency_penalty: -3 }],
    ['max_tokens', { max_tokens: 0 }],
    ['max_completion_tokens', { max_completion_tokens: 1.5 }],
    ['seed', { seed: 0.5 }],
    ['stop', { stop: [''] }],
    ['stop', { stop: Array.from({ length: 17 }, () => 'x') }],
    ['stream', { stream: 'yes' }],
    ['stream_options', { stream_options: true }],
    ['stream_options.chunk_size', { stream_options: { chunk_size: 1 } }],
    ['reasoning_effort', { reasoning_effort: 'maximal' }],
    ['user', { user: 7 }],
    ['response_format.type', { response_format: { type: 'xml' } }],
    ['response_format.json_schema', { response_format: { type: 'json_schema' } }],
    ['response_format.json_schema.name', { response_format: { type: 'json_schema', json_schema: { schema: {} } } }],
    ['tools', { tools: Array.from({ length: 129 }, () => TIDE) }],
    ['tools', { tools: [TIDE, TIDE] }],
    ['tools[0].type', { tools: [{ type: 'custom', custom: { name: 'x' } }] }],
    ['tools[0].function.name', { tools: [{ type: 'function', function: { name: 'two words' } }] }],
    ['tools[0].function.parameters', { tools: [{ type: 'function', function: { name: 'x', parameters: [] } }] }],
    ['tools[0].function.secret', { tools: [{ type: 'function', function: { name: 'x', secret: 1 } }] }],
    ['tool_choice', { tool_choice: 'required' }],
    ['tool_choice', { tools: [TIDE], tool_choice: 'always' }],
    ['tool_choice.function.name', { tools: [TIDE], tool_choice: { type: 'function', function: { name: 'moon' } } }],
    ['parallel_tool_calls', { tools: [TIDE], parallel_tool_calls: 1 }],
    ['n', { n: 2 }],
    ['logprobs', { logprobs: true }],
    ['top_logprobs', { top_logprobs: 3 }],
    ['logit_bias', { logit_bias: { '50256': -100 } }],
    ['modalities', { modalities: ['text', 'audio'] }],
    ['audio', { audio: { voice: 'alloy', format: 'wav' } }],
    ['web_search_options', { web_search_options: {} }],
    ['functions', { functions: [{ name: 'f' }] }],
    ['function_call', { function_call: { name: 'f' } }],
    ['verbosity', { verbosity: 'high' }],
    ['rondo', { rondo: 'please' }],
    ['rondo.magic', { rondo: { magic: true } }],
    ['top_k', { top_k: 40 }],
    ['__proto__', JSON.parse('{"__proto__":{"model":"x"}}') as Json],
    ['constructor', { constructor: 1 }],
  ])('is named: %s', async (param, fields) => {
    const before = asked(service);
    // Spreading would lose `__proto__`.
    const body = JSON.stringify({ model: 'rondo', messages: HI, ...fields }).replace(/}$/, (end) =>
      Object.hasOwn(fields, '__proto__') ? ',"__proto__":1}' : end,
    );
    const headers = { 'content-type': 'application/json' };
    const answer = await call(`${service.url}/v1/chat/completions`, { method: 'POST', body, headers });
    expectEnvelope(answer, { status: 400, code: 'invalid_request', param });
    expect(asked(service)).toBe(before);
  });

  it.each<[string, string, Json]>([
    ['stop', 'a string or a list of strings', { stop: 4 }],
    ['tool_choice', '"none", "auto", "required", or an object', { tools: [TIDE], tool_choice: 4 }],
    ['messages[1].content', 'a string or a list of parts', message({ role: 'user', content: 4 })],
    ['messages[1].content', 'a string or a list of parts', message({ role: 'system', content: {} })],
    [
      'messages[1].content[0].type',
      'must be \\"text\\":',
      message({ role: 'system', content: [{ type: 'image_url', image_url: { url: 'https://x.y' } }] }),
    ],
  ])('is told in all the ways that it may have: %s, %s', async (param, ways, fields) => {
    const answer = await post(fields);
    expectEnvelope(answer, { status: 400, code: 'invalid_request', param });
    expect(answer.text.replaceAll('\\"', '"')).toContain(ways.replaceAll('\\"', '"'));
  });

  it.each(['X-Session-Id', 'user'])('is named where it is missing for a session: %s', async (param) => {
    const sessionId = param === 'user' ? 'fine' : 'no id';
    const answer = await post(
      { user: param === 'user' ? 'not an id' : 'ada' },
      { headers: { 'x-session-id': sessionId } },
    );
    expectEnvelope(answer, { status: 400, code: 'invalid_request', param });
  });
});

describe('what asks for nothing special', () => {
  it.each<Json>([
    {
      n: 1,
      logprobs: false,
      top_logprobs: 0,
      logit_bias: {},
      modalities: ['text'],
      functions: [],
      function_call: 'auto',
    },
    { metadata: { a: 'b' }, store: true, service_tier: 'flex', safety_identifier: 'x', prompt_cache_key: 'k' },
    { prediction: { type: 'content', content: 'x' }, prompt_cache_retention: '24h', verbosity: 'medium' },
    { user: 'somebody with spaces', tools: null, tool_choice: null, stop: null, seed: null, response_format: null },
    { tools: [], tool_choice: 'none', parallel_tool_calls: true, response_format: { type: 'text' }, stop: [] },
    { stream_options: { include_usage: false, include_obfuscation: true }, rondo: {}, temperature: 0, top_p: 1 },
  ])('is accepted: %j', async (fields) => {
    const before = service.simulator.mistral.requests().length;
    expect((await post({ model: 'mistral', ...fields })).status).toBe(200);
    const body = service.simulator.mistral.requests()[before]?.body as object;
    expect(Object.keys(body)).toEqual(expect.arrayContaining(['model', 'messages', 'stream', 'max_tokens']));
    expect(
      Object.keys(body).filter((name) => !/^(model|messages|stream|max_tokens|temperature|top_p)$/.test(name)),
    ).toEqual([]);
  });

  it('may have fields of any name in the schema of a tool', async () => {
    const parameters = JSON.parse(
      '{"type":"object","properties":{"constructor":{"type":"string"},"__proto__":{"type":"string"}}}',
    ) as object;
    const tools = [{ type: 'function', function: { name: 'formula_one', parameters } }];
    expect((await post({ model: 'mistral', tools })).status).toBe(200);
    const sent = JSON.stringify(service.simulator.mistral.requests().at(-1)?.body);
    expect(sent).toContain(JSON.stringify(parameters));
  });
});

describe('a request that is none', () => {
  const raw = (body: string | Buffer, type = 'application/json') =>
    call(`${service.url}/v1/chat/completions`, { method: 'POST', body, headers: { 'content-type': type } });

  it.each<[string, string | Buffer, string, number, string]>([
    ['no JSON', '{"model":', 'application/json', 400, 'invalid_request'],
    ['no UTF-8', Buffer.from([0x7b, 0xff, 0x7d]), 'application/json', 400, 'invalid_request'],
    ['too deep', `{"model":${'['.repeat(40)}${']'.repeat(40)}}`, 'application/json', 400, 'invalid_request'],
    ['too large', `{"model":"${'x'.repeat(1024 * 1024)}"}`, 'application/json', 413, 'body_too_large'],
    ['a form', 'model=rondo', 'application/x-www-form-urlencoded', 415, 'invalid_request'],
  ])('is refused: %s', async (_, body, type, status, code) => {
    expectEnvelope(await raw(body, type), { status, code });
  });

  it.each([
    ['no body', undefined],
    ['a list', '[]'],
    ['null', 'null'],
    ['a text', '"model"'],
  ])('is told that an object is needed, which is no fault of a field: %s', async (_, body) => {
    const answer = await (body === undefined
      ? call(`${service.url}/v1/chat/completions`, { method: 'POST' })
      : raw(body));
    expectEnvelope(answer, { status: 400, code: 'invalid_request', param: null });
    expect(answer.text).toContain('must be a JSON object');
  });

  it('is refused under a foreign name, and from a foreign page', async () => {
    expectEnvelope(await post({}, { headers: { host: 'evil.example' } }), { status: 421, code: 'host_not_allowed' });
    expectEnvelope(await post({}, { headers: { origin: 'https://evil.example' } }), {
      status: 403,
      type: 'permission_error',
      code: 'origin_not_allowed',
    });
  });

  it.each(['/v1', '/v1/embeddings', '/V1/nothing', '/v1/chat'])('finds nothing at %s', async (path) => {
    expectEnvelope(await call(`${service.url}${path}`), { status: 404, code: 'not_found' });
  });

  it('is told so in the language of problems elsewhere', async () => {
    const answer = await call(`${service.url}/v2/models`);
    expect(answer.headers['content-type']).toBe('application/problem+json');
  });

  it('of a listed page may have the headers that its clients send', async () => {
    const asks = 'authorization,content-type,x-stainless-os,x-stainless-retry-count,x-evil';
    const headers = {
      origin: 'https://chat.example.com',
      'access-control-request-method': 'POST',
      'access-control-request-headers': asks,
    };
    const leave = await call(`${service.url}/v1/chat/completions`, { method: 'OPTIONS', headers });
    const allowed = String(leave.headers['access-control-allow-headers']).toLowerCase().split(', ');
    expect(asks.split(',').filter((name) => !allowed.includes(name))).toEqual(['x-evil']);
    const answer = await post({}, { headers: { origin: 'https://chat.example.com' } });
    expect(answer.headers['access-control-expose-headers']).toMatch(/X-Rondo-Provider, X-Rondo-Attempts/);
  });
});

describe('a question that is not accepted', () => {
  it.each<[string, unknown[]]>([
    ['in the last message', [user('This is FORBIDDEN.')]],
    [
      'in a part',
      [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'for' },
            { type: 'text', text: 'forbidden' },
          ],
        },
      ],
    ],
    ['before a harmless message', [user('forbidden'), user('and?')]],
    ['while tools are at work', [user('forbidden'), called, { role: 'tool', tool_call_id: 'a', content: 'x' }]],
  ])('is 400 content_rejected: %s', async (_, messages) => {
    const before = asked(service);
    expectEnvelope(await post({ messages }), { status: 400, code: 'content_rejected', param: 'messages' });
    expect(asked(service)).toBe(before);
  });

  it('is 413 where it is too long', async () => {
    const answer = await post({ messages: [user('x'.repeat(32_001))] });
    expectEnvelope(answer, { status: 413, code: 'message_too_long', param: 'messages' });
    const earlier = [user('x'.repeat(32_001)), { role: 'assistant', content: 'y' }, ...HI];
    expect((await post({ messages: earlier, model: 'mistral' })).status).toBe(200);
  });
});

describe('a service that can not', () => {
  it('says that it is draining, or overloaded', async () => {
    const other = await startApp({ MAX_RUNNING_ANSWERS: '1' });
    try {
      await other.simulator.mistral.fault({ kind: 'stall', afterTokens: 2 });
      const abort = new AbortController();
      await complete(other.url, { model: 'mistral', messages: [user('count to 9')], stream: true }, {}, abort.signal);
      const crowded = await post({}, {}, other.url);
      expectEnvelope(crowded, { status: 503, type: 'server_error', code: 'overloaded' });
      expect(crowded.headers['retry-after']).toBe('1');
      abort.abort();
      other.app.get(Lifecycle).refuse();
      const draining = await post({}, {}, other.url);
      expectEnvelope(draining, { status: 503, type: 'server_error', code: 'server_draining' });
      expect(draining.headers['retry-after']).toBe('2');
    } finally {
      await other.close();
    }
  });

  it('says that its history is away, but only to those who want to be in it', async () => {
    const away = () => Promise.reject(new HistoryUnavailableError('away'));
    const other = await startApp();
    try {
      other.app.get(HistoryStore).openTurn = away;
      const stored = await post({ user: 'ada' }, { headers: { 'x-session-id': 's' } }, other.url);
      expectEnvelope(stored, { status: 503, type: 'server_error', code: 'history_unavailable' });
      expect((await post({ user: 'ada' }, {}, other.url)).status).toBe(200);
      // The session is free again, and so is the place among the running answers.
      expect((await call(`${other.url}/metrics`)).text).toContain('rondo_running_answers 0');
    } finally {
      await other.close();
    }
  });

  it('answers one who asks by half and leaves', async () => {
    const { port } = new URL(service.url);
    const socket = connect(Number(port), '127.0.0.1');
    socket.write(
      'POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{"mod',
    );
    await new Promise((resolve) => socket.once('connect', resolve));
    socket.destroy();
    expect((await post({ model: 'mistral' })).status).toBe(200);
  });
});
