import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DocumentCheck, type ApiDocument } from '../support/api-document.js';
import { startApp, type RunningApp } from '../support/app.js';
import { begin, jsonOf } from '../support/chat-api.js';
import { allEvents, ask } from '../support/events.js';
import { call, type Call } from '../support/http-app.js';
import { concurrencyOfRoutes } from '../support/controller-routes.js';
import { routesOf } from '../support/routes.js';

interface Example extends Call {
  /** With the values of path and query in it. */
  path: string;
  status: number;
}

/** Routes that the document leaves out: the page's files, and itself. */
const NOT_OF_THE_API =
  /^GET \/(assets\/.*|theme\.js|favicon\.\w+|docs.*|swagger.*|openapi\.(json|yaml)|.*swagger-ui.*)$/;

let service: RunningApp;
let check: DocumentCheck;
let document: ApiDocument;
/** An answer that ended, and one that runs until it is stopped; a third runs on in the session `running`. */
let ended = '';
let stoppable = '';

beforeAll(async () => {
  service = await startApp({
    MAX_RUNNING_PER_USER: '3',
    RATE_LIMIT: '6',
    BLOCKED_TERMS: 'forbidden',
    // What runs must not be given up before, however slow the machine is.
    IDLE_TIMEOUT_MS: '600000',
  });
  document = jsonOf<ApiDocument>(await call(`${service.url}/openapi.json`));
  check = new DocumentCheck(document);
  const first = await ask(service.url, { user_id: 'doc', session_id: 'ended', message: 'echo: hi' });
  ended = first.headers.get('x-answer-id') ?? '';
  await allEvents(first);
  await service.simulator.mistral.fault({ kind: 'stall', afterTokens: 2, match: 'count' });
  const body = { user_id: 'doc', message: 'count to 9', provider: 'mistral', on_disconnect: 'finish' };
  await begin(service.url, { ...body, session_id: 'running' });
  stoppable = (await begin(service.url, { ...body, session_id: 'stoppable' })).id;
});
afterAll(() => service.close());

const question = (fields: Record<string, unknown> = {}) => ({
  user_id: 'ada',
  session_id: 'api',
  message: 'echo: hi',
  ...fields,
});
const asking = (path: string): Example[] => {
  const user_id = `asks${path.replaceAll('/', '-')}`;
  const post = (json: unknown, status: number, headers = {}) => ({
    path,
    method: 'POST' as const,
    json,
    status,
    headers,
  });
  const all = {
    provider: 'mistral',
    temperature: 1,
    max_tokens: 9,
    system_prompt: 'Be brief.',
    on_disconnect: 'finish',
  };
  const again = { user_id: `again${path.length}`, session_id: 'api' };
  const limited = question({ user_id: `limited${path.length}`, session_id: 'limited' });
  return [
    post(question({ user_id }), 200, { 'idempotency-key': `doc-${path}` }),
    post(question({ user_id, ...all, model: 'mistral-large-latest', supersede: false }), 200),
    post(question({ user_id, message: '' }), 400),
    post(question({ user_id: 'doc', session_id: 'running' }), 409),
    post(question({ user_id, message: 'x'.repeat(32_001) }), 413),
    post(question({ user_id, message: 'forbidden' }), 422),
    ...Array.from({ length: 6 }, () => post(limited, 200)),
    post(limited, 429),
    post({ ...again, regenerate: 'unknown' }, 404),
    post({ ...again, message: 'echo: hi', replaces: 'unknown' }, 404),
    post({ ...again, continue_from: 'unknown' }, 404),
    post({ ...again, continue_from: 'unknown', regenerate: 'unknown' }, 400),
  ];
};

const completing = (): Example[] => {
  const path = '/v1/chat/completions';
  const body = (fields: Record<string, unknown> = {}) => ({
    model: 'rondo',
    messages: [{ role: 'user', content: 'echo: hi' }],
    ...fields,
  });
  const post = (json: unknown, status: number, headers = {}) => ({
    path,
    method: 'POST' as const,
    json,
    status,
    headers,
  });
  const tools = [{ type: 'function', function: { name: 'tide', parameters: { type: 'object' } } }];
  const calls = [{ id: 'abcdefghi', type: 'function', function: { name: 'tide', arguments: '{}' } }];
  const used = [
    { role: 'developer', content: 'Be brief.' },
    { role: 'user', content: [{ type: 'text', text: 'When is low tide?' }], name: 'ada' },
    { role: 'assistant', content: null, tool_calls: calls, reasoning_content: 'Hm.', refusal: null },
    { role: 'tool', tool_call_id: 'abcdefghi', content: 'at noon' },
  ];
  const all = {
    temperature: 1,
    top_p: 0.5,
    max_tokens: 9,
    max_completion_tokens: 99,
    tool_choice: 'auto',
    parallel_tool_calls: true,
    response_format: { type: 'text' },
    stop: ['x'],
    seed: 1,
    presence_penalty: 1,
    frequency_penalty: 1,
    reasoning_effort: 'none',
    n: 1,
    metadata: { a: 'b' },
    store: false,
    service_tier: 'auto',
  };
  return [
    post(body({ model: 'groq', rondo: { events: true } }), 200),
    post(body({ model: 'mistral', messages: used, tools, ...all }), 200),
    post(body({ model: 'deepseek', tools, messages: [used[1]] }), 200),
    post(body({ user: 'completes', stream: true, stream_options: { include_usage: true } }), 200, {
      'x-session-id': 'completes',
    }),
    post(body({ n: 2 }), 400),
    post(body({ messages: [{ role: 'user', content: 'forbidden' }] }), 400),
    post(body({ model: 'gpt-5' }), 404),
    post(body({ user: 'doc' }), 409, { 'x-session-id': 'running' }),
    post(body({ messages: [{ role: 'user', content: 'x'.repeat(32_001) }] }), 413),
    { path, method: 'POST', body: 'model=rondo', headers: { 'content-type': 'text/plain' }, status: 415 },
    ...Array.from({ length: 6 }, () => post(body({ user: 'limited-completes' }), 200)),
    post(body({ user: 'limited-completes' }), 429),
  ];
};

const examples = (): Record<string, Example[]> => ({
  'POST /rr-chat/stream': asking('/rr-chat/stream'),
  'POST /rr-chat': asking('/rr-chat'),
  'GET /rr-chat/stream/{answer_id}': [
    { path: `/rr-chat/stream/${ended}`, status: 200 },
    { path: `/rr-chat/stream/${ended}?last_event_id=0.1.1`, status: 200 },
    { path: `/rr-chat/stream/${ended}`, headers: { 'last-event-id': 'no cursor' }, status: 400 },
    { path: '/rr-chat/stream/unknown', status: 404 },
  ],
  'POST /rr-chat/stream/{answer_id}/stop': [
    { path: `/rr-chat/stream/${stoppable}/stop`, method: 'POST', status: 202 },
    { path: `/rr-chat/stream/${ended}/stop`, method: 'POST', status: 202 },
    { path: '/rr-chat/stream/unknown/stop', method: 'POST', status: 404 },
    { path: `/rr-chat/stream/${'x'.repeat(129)}/stop`, method: 'POST', status: 400 },
  ],
  'GET /history': [
    { path: '/history?user_id=doc&session_id=ended', status: 200 },
    { path: `/history?user_id=doc&session_id=ended&limit=1&before=${ended}`, status: 200 },
    { path: '/history?user_id=doc&session_id=running', status: 200 },
    { path: `/history?user_id=doc&session_id=ended&version=${ended}`, status: 200 },
    { path: '/history?user_id=doc', status: 400 },
  ],
  'POST /history': [
    { path: '/history', method: 'POST', json: { user_id: 'doc', session_id: 'ended', limit: 2 }, status: 200 },
    { path: '/history', method: 'POST', json: { user_id: 'doc' }, status: 400 },
  ],
  'GET /search': [
    { path: '/search?user_id=doc&q=hi', status: 200 },
    { path: `/search?user_id=doc&q=hi&limit=1&before=${ended}`, status: 200 },
    { path: '/search?user_id=doc', status: 400 },
  ],
  'GET /sessions': [
    { path: '/sessions?user_id=doc', status: 200 },
    { path: '/sessions?user_id=doc&limit=1&before=running', status: 200 },
    { path: '/sessions', status: 400 },
  ],
  'PATCH /sessions/{session_id}': [
    { path: '/sessions/ended?user_id=doc', method: 'PATCH', json: { title: 'Renamed' }, status: 204 },
    { path: '/sessions/ended?user_id=doc', method: 'PATCH', json: { title: '' }, status: 400 },
    { path: '/sessions/ended?user_id=nobody', method: 'PATCH', json: { title: 'x' }, status: 404 },
  ],
  'DELETE /sessions/{session_id}': [
    { path: '/sessions/ended?user_id=doc', method: 'DELETE', status: 204 },
    { path: '/sessions/ended?user_id=doc', method: 'DELETE', status: 404 },
    { path: '/sessions/ended', method: 'DELETE', status: 400 },
  ],
  'POST /v1/chat/completions': completing(),
  'GET /v1/models': [{ path: '/v1/models', status: 200 }],
  'GET /v1/models/{model}': [
    { path: '/v1/models/groq', status: 200 },
    { path: '/v1/models/unknown', status: 404 },
  ],
  // The page is what the build makes: test/browser asks for it.
  'GET /': [{ path: '/', status: 404 }],
  'GET /providers': [{ path: '/providers', status: 200 }],
  'GET /health': [{ path: '/health', status: 200 }],
  'GET /health/live': [{ path: '/health/live', status: 200 }],
  'GET /health/ready': [{ path: '/health/ready', status: 200 }],
  'GET /metrics': [{ path: '/metrics', status: 200 }],
});

describe('the API document', () => {
  it.each(['/rr-chat/stream', '/rr-chat'])('tells the truth about turns that POST %s asks again', async (path) => {
    const session = { user_id: `again${path.replaceAll('/', '-')}`, session_id: 'again' };
    const send = async (fields: Record<string, unknown>): Promise<string> => {
      const json = { ...session, ...fields };
      const answer = await call(`${service.url}${path}`, { method: 'POST', json });
      expect([answer.status, check.flawsOfAnswer(`POST ${path}`, answer)]).toEqual([200, []]);
      expect(check.flawsOfBody(`POST ${path}`, json)).toEqual([]);
      return String(answer.headers['x-answer-id']);
    };
    const standing = async () => {
      const page = await call(`${service.url}/history?user_id=${session.user_id}&session_id=again`);
      expect(check.flawsOfAnswer('GET /history', page)).toEqual([]);
      return jsonOf<{ history: { id: string; versions?: string[] }[] }>(page).history;
    };
    await send({ regenerate: await send({ message: 'echo: hi' }) });
    const [question, answer] = await standing();
    expect(answer?.versions).toHaveLength(2);
    await send({ message: 'echo: hello', replaces: question?.id });
    expect((await standing())[0]?.versions).toHaveLength(2);
  });

  it('describes every endpoint that there is, and no other', () => {
    const routes = routesOf(service.app.getHttpAdapter().getInstance().router).filter(
      (route) => !NOT_OF_THE_API.test(route),
    );
    expect(check.operations().sort()).toEqual(routes.sort());
    expect(Object.keys(examples()).sort()).toEqual(routes.sort());
  });

  it('is OpenAPI 3 with a name, a version, and an operation id and a summary for each operation', () => {
    expect(document.openapi).toMatch(/^3\.\d+\.\d+$/);
    expect(document.info).toMatchObject({ title: 'Rondo', version: expect.stringMatching(/^\d+\.\d+\.\d+/) });
    const operations = check.operations().map((name) => check.operation(name));
    expect(operations.filter(({ summary }) => summary === undefined || summary === '')).toEqual([]);
    expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(operations.length);
    for (const { responses } of operations)
      for (const { description } of Object.values(responses)) expect(typeof description).toBe('string');
  });

  it.each(Object.keys(examples()))('tells the truth about %s', async (name) => {
    const statuses = new Set<number>();
    for (const { path, status, ...options } of examples()[name] ?? []) {
      const answer = await call(`${service.url}${path}`, options);
      expect([path, answer.status, check.flawsOfAnswer(name, answer)]).toEqual([path, status, []]);
      statuses.add(answer.status);
      // What is accepted, the document has to allow; what it forbids, has to be refused.
      if (status < 300) expect([path, check.flawsOfBody(name, options.json)]).toEqual([path, []]);
      const known = check.operation(name).parameters?.map((parameter) => parameter.name) ?? [];
      for (const parameter of new URL(path, service.url).searchParams.keys()) expect(known).toContain(parameter);
    }
    const described = Object.keys(check.operation(name).responses).map(Number);
    // Not every failure can be had here: those of providers, of the database and of a crowd have tests of their own.
    // So have foreign origins and hosts, requests that wait for their turn, and the page that is there.
    const hasTurns = name.replace(/\{(\w+)\}/g, ':$1') in concurrencyOfRoutes(service.app);
    const turns = hasTurns || name === 'GET /rr-chat/stream/{answer_id}' ? [429] : [];
    const elsewhere = [403, 421, 500, 502, 503, 504, ...turns, ...(name === 'GET /' ? [200, 304] : [])];
    expect(described.filter((status) => !statuses.has(status) && !elsewhere.includes(status))).toEqual([]);
  });

  it('describes what every operation answers foreign pages and hosts, but for probes', async () => {
    for (const name of check.operations()) {
      const { path = '', status: _, ...options } = examples()[name]?.[0] ?? {};
      const probe = /\/(health|metrics)/.test(name);
      const origin = await call(`${service.url}${path}`, { ...options, headers: { origin: 'https://evil.example' } });
      expect([name, origin.status, check.flawsOfAnswer(name, origin)]).toEqual([name, 403, []]);
      const host = await call(`${service.url}${path}`, { ...options, headers: { host: 'evil.example' } });
      expect([name, host.status, check.flawsOfAnswer(name, host)]).toEqual([name, probe ? 200 : 421, []]);
      expect(Object.keys(check.operation(name).responses).includes('421')).toBe(!probe);
    }
  });

  it('says of every whole number that it is one, of every id how it looks, and of every code that it is listed', () => {
    const { schemas } = document.components;
    const empty = Object.entries(schemas).filter(([, { properties }]) => Object.keys(properties ?? {}).length === 0);
    expect(empty.map(([name]) => name)).toEqual([]);
    const parameters = check.operations().flatMap((name) => check.operation(name).parameters ?? []);
    const fields = [
      ...parameters.map(({ name, schema }) => [name, schema] as const),
      ...Object.values(schemas).flatMap(({ properties }) => Object.entries(properties as Record<string, object>)),
    ];
    const named = (pattern: RegExp) => fields.filter(([name]) => pattern.test(name)).map(([, schema]) => schema);
    for (const schema of named(/^limit$|tokens$/)) expect(schema).toMatchObject({ type: 'integer' });
    for (const schema of named(/^(user|session)_id$|^before$/))
      expect(schema).toMatchObject({ pattern: expect.any(String) });
    for (const schema of named(/^code$/))
      expect(schema).toMatchObject({ enum: expect.arrayContaining(['invalid_request']) });
    for (const name of ['ChatRequestDto', 'HistoryBody', 'RenameSessionDto'])
      expect(schemas[name]).toMatchObject({ additionalProperties: false });
  });

  it('describes the page as HTML', () => {
    expect(Object.keys(check.operation('GET /').responses['200']?.content ?? {})).toEqual(['text/html']);
  });

  it('tells the truth about answers that failed, too', async () => {
    const other = await startApp({ MAX_RUNNING_ANSWERS: '1', FIRST_TOKEN_TIMEOUT_MS: '300' });
    const reply = async (fields: Record<string, unknown> = {}) => {
      const body = question({ user_id: 'failing', ...fields });
      return call(`${other.url}/rr-chat`, { method: 'POST', json: body });
    };
    try {
      for (const provider of other.simulator.all) await provider.fault({ kind: 'status', status: 401 });
      const failed = await reply();
      expect([failed.status, check.flawsOfAnswer('POST /rr-chat', failed)]).toEqual([502, []]);
      const page = await call(`${other.url}/history?user_id=failing&session_id=api`);
      expect(page.text).toContain('"status":"failed"');
      expect(check.flawsOfAnswer('GET /history', page)).toEqual([]);
      const health = await call(`${other.url}/health`);
      expect([health.status, check.flawsOfAnswer('GET /health', health)]).toEqual([503, []]);
      await other.simulator.clear();
      await other.simulator.groq.fault({ kind: 'no-token' });
      const late = await reply({ provider: 'groq' });
      expect([late.status, check.flawsOfAnswer('POST /rr-chat', late)]).toEqual([504, []]);
      await other.simulator.clear();
      await other.simulator.mistral.fault({ kind: 'stall', afterTokens: 1 });
      await begin(other.url, { ...question(), session_id: 'held', message: 'count to 9', provider: 'mistral' });
      const crowded = await reply();
      expect([crowded.status, check.flawsOfAnswer('POST /rr-chat', crowded)]).toEqual([503, []]);
    } finally {
      await other.close();
    }
  });
});
