import { afterEach, describe, expect, it } from '@jest/globals';
import { startApp, type RunningApp } from '../../support/app.js';
import { history, sessions } from '../../support/chat-api.js';
import { allEvents, attach } from '../../support/events.js';
import { eventually } from '../../support/eventually.js';
import { call } from '../../support/http-app.js';
import { complete, openAiClient, said, stream, TIDE, user, type Json } from '../../support/openai.js';
import { scrape, scrapeAll } from '../../support/scrape.js';

let service: RunningApp;
afterEach(() => service.close());

const IN_SESSION = { 'x-session-id': 'talk' };
const stored = async () =>
  (await history(service.url, 'ada', 'talk')).history.map(({ role, content, status }) => [role, content, status]);

describe('an answer without a session', () => {
  it('is stored nowhere, whoever asks, and can not be read or stopped by its id', async () => {
    service = await startApp();
    const { chunks, headers } = await stream(service.url, { user: 'ada', messages: [user('echo: secret')] });
    expect(headers.get('x-answer-id')).toBeNull();
    expect((await sessions(service.url, 'ada')).sessions).toEqual([]);
    const id = chunks[0]?.id.replace('chatcmpl-', '') ?? '';
    await service.simulator.mistral.fault({ kind: 'stall', afterTokens: 2 });
    const response = await complete(service.url, { model: 'mistral', stream: true, messages: [user('count to 9')] });
    const first = new TextDecoder().decode((await response.body?.getReader().read())?.value);
    const runningId = /chatcmpl-([\w-]+)/.exec(first)?.[1] ?? '';
    for (const answer of [id, runningId]) {
      expect((await attach(service.url, answer)).status).toBe(404);
      expect((await call(`${service.url}/rr-chat/stream/${answer}/stop`, { method: 'POST' })).status).toBe(404);
    }
  });

  it('counts in the metrics as every other, under closed labels', async () => {
    service = await startApp();
    await service.simulator.mistral.fault({ kind: 'status', status: 503, times: 1 });
    for (let turn = 0; turn < 3; turn++) await stream(service.url, { messages: [user('echo: hi')], user: 'ada' });
    await complete(service.url, { model: 'made up by a caller', messages: [user('hi')] });
    const value = (name: string, labels: Record<string, string> = {}) => scrape(service.url, name, labels);
    expect(await value('rondo_answers_total', { outcome: 'complete' })).toBe(3);
    expect(await value('rondo_attempts_total', { result: 'ok' })).toBe(3);
    expect(await value('rondo_attempts_total', { provider: 'mistral_ai', code: 'provider_unavailable' })).toBe(1);
    expect(await value('rondo_tokens_total', { source: 'actual' })).toBeGreaterThan(0);
    expect(await value('gen_ai_server_request_duration_seconds_count')).toBe(3);
    const route = { http_route: '/v1/chat/completions', http_request_method: 'POST' };
    const requests = 'http_server_request_duration_seconds_count';
    expect(await value(requests, { ...route, http_response_status_code: '200' })).toBe(3);
    expect(await value(requests, { ...route, http_response_status_code: '404' })).toBe(1);
    expect(JSON.stringify(await scrapeAll(service.url))).not.toContain('made up');
  });

  it('is asked with the messages of the caller, all of them and no others', async () => {
    service = await startApp({ HISTORY_WINDOW_MESSAGES: '2' });
    const messages = Array.from({ length: 40 }, (_, index) =>
      index % 2 === 0 ? user(`question ${index}`) : { role: 'assistant', content: `answer ${index}` },
    );
    await complete(service.url, {
      model: 'mistral',
      messages: [{ role: 'developer', content: 'Be brief.' }, ...messages, user('echo: hi')],
    });
    expect(service.simulator.mistral.requests().at(-1)?.body).toMatchObject({
      messages: [{ role: 'system', content: 'Be brief.' }, ...messages, user('echo: hi')],
    });
  });

  it('has the defaults of the service, and not more tokens than it allows', async () => {
    service = await startApp({ SYSTEM_PROMPT: 'Be kind.', TEMPERATURE: '0.3', MAX_OUTPUT_TOKENS: '50' });
    const sent = async (body: Json) => {
      await complete(service.url, { model: 'mistral', messages: [user('echo: hi')], ...body });
      return service.simulator.mistral.requests().at(-1)?.body as Json;
    };
    const system = { role: 'system', content: 'Be kind.' };
    expect(await sent({})).toMatchObject({ messages: [system, {}], temperature: 0.3, max_tokens: 50 });
    expect(await sent({ temperature: 0, max_tokens: 900 })).toMatchObject({ temperature: 0, max_tokens: 50 });
    expect(await sent({ max_completion_tokens: 9 })).toMatchObject({ max_tokens: 9 });
    const own = { role: 'system', content: 'Be brief.' };
    expect(await sent({ messages: [own, user('echo: hi')] })).toMatchObject({ messages: [own, user('echo: hi')] });
  });

  it('never shows the key that a caller sends, nor sends it on', async () => {
    service = await startApp({ GROQ_API_KEY: 'of-the-service' }, { expectedKey: 'of-the-service' });
    const { headers, chunks } = await stream(
      service.url,
      { model: 'groq', messages: [user('echo: hi')] },
      { authorization: 'Bearer sk-canary-of-the-caller' },
    );
    expect(JSON.stringify([...headers, chunks, service.simulator.groq.requests()])).not.toContain('canary');
    expect(service.simulator.groq.requests().at(-1)?.key).toBe('accepted');
  });
});

describe('an answer with a session', () => {
  it('is stored there with the last question, while the caller’s own messages are sent', async () => {
    service = await startApp();
    await stream(service.url, { user: 'ada', messages: [user('echo: one')] }, IN_SESSION);
    const messages = [user('echo: something else'), { role: 'assistant', content: 'yes' }, user('echo: two')];
    const response = await complete(service.url, { user: 'ada', model: 'mistral', messages }, IN_SESSION);
    expect(await stored()).toEqual([
      ['user', 'echo: one', 'complete'],
      ['assistant', 'one', 'complete'],
      ['user', 'echo: two', 'complete'],
      ['assistant', 'two', 'complete'],
    ]);
    expect(service.simulator.mistral.requests().at(-1)?.body).toMatchObject({ messages });
    const answerId = response.headers.get('x-answer-id') ?? '';
    const events = await allEvents(await attach(service.url, answerId));
    expect(events.at(-1)).toMatchObject({ type: 'done', message_id: answerId });
    expect((await sessions(service.url, 'ada')).sessions).toMatchObject([{ session_id: 'talk', title: 'echo: one' }]);
  });

  it('keeps its question while tools are at work', async () => {
    service = await startApp();
    const client = openAiClient(service.url, { defaultHeaders: IN_SESSION });
    const first = user('When is low tide at Brest?');
    // As a part of bodies: the client's types call `user` deprecated.
    const asks = { model: 'rondo', user: 'ada', tools: [TIDE] };
    const called = await client.chat.completions.create({ ...asks, messages: [first] });
    const message = called.choices[0]!.message;
    const result = { role: 'tool' as const, tool_call_id: message.tool_calls![0]!.id, content: 'at noon' };
    const messages = [first, message, result];
    await client.chat.completions.create({ ...asks, messages });
    expect(await stored()).toEqual([
      ['user', first.content, 'complete'],
      ['assistant', expect.stringContaining('at noon'), 'complete'],
    ]);
    const [, answer] = (await history(service.url, 'ada', 'talk')).history;
    expect(answer?.versions).toHaveLength(2);
  });

  it('runs alone in it', async () => {
    service = await startApp();
    await service.simulator.mistral.fault({ kind: 'stall', afterTokens: 2 });
    const leaving = new AbortController();
    const body = { user: 'ada', model: 'mistral', messages: [user('count to 9')], stream: true };
    await complete(service.url, body, IN_SESSION, leaving.signal);
    const second = await complete(service.url, { ...body, model: 'groq' }, IN_SESSION);
    expect([second.status, await second.json()]).toMatchObject([409, { error: { code: 'answer_running' } }]);
    expect((await complete(service.url, { ...body, model: 'groq' })).status).toBe(200);
    leaving.abort();
    await eventually(async () => (await stored()).at(-1)?.[2] === 'interrupted');
    expect((await complete(service.url, { ...body, model: 'groq' }, IN_SESSION)).status).toBe(200);
  });

  it('that is stopped by its id was neither whole nor a failure of anybody', async () => {
    service = await startApp();
    await service.simulator.mistral.fault({ kind: 'stall', afterTokens: 3 });
    const body = { user: 'ada', model: 'mistral', messages: [user('count to 9')] };
    const whole = complete(service.url, body, IN_SESSION);
    const { running_answer_id: id } = await eventually(async () =>
      (await sessions(service.url, 'ada')).sessions.find((session) => session.running_answer_id !== undefined),
    );
    await call(`${service.url}/rr-chat/stream/${id ?? ''}/stop`, { method: 'POST' });
    const stopped = await whole;
    expect([stopped.status, await stopped.json()]).toMatchObject([409, { error: { code: 'conflict' } }]);
    const streaming = await complete(service.url, { ...body, stream: true }, IN_SESSION);
    await call(`${service.url}/rr-chat/stream/${streaming.headers.get('x-answer-id') ?? ''}/stop`, { method: 'POST' });
    const text = await streaming.text();
    expect(text).toContain('"error":{');
    expect(text).not.toMatch(/\[DONE\]|"finish_reason":"/);
  });

  it('shows its tool calls as events to those who come back to it meanwhile', async () => {
    service = await startApp();
    const body = {
      user: 'ada',
      model: 'deepseek',
      messages: [user('Low tide at Brest?')],
      tools: [TIDE],
      stream: true,
    };
    await service.simulator.deepseek.fault({ kind: 'stall', afterTokens: 4 });
    const response = await complete(service.url, body, IN_SESSION);
    const id = response.headers.get('x-answer-id') ?? '';
    const seen = allEvents(await attach(service.url, id));
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    for (let text = ''; !text.includes('tool_calls'); text += (await reader.read()).value ?? '');
    await call(`${service.url}/rr-chat/stream/${id}/stop`, { method: 'POST' });
    const calls = (await seen).filter((event) => event.type === 'tool_call');
    expect(calls[0]).toMatchObject({ index: 0, name: 'tide', id: expect.any(String) });
    expect('{"port":"Brest"}'.startsWith(calls.map((event) => event.arguments).join(''))).toBe(true);
  });

  it('stores what images ask, too', async () => {
    service = await startApp();
    const image = { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } };
    const body = { user: 'ada', model: 'mistral', messages: [{ role: 'user', content: [image] }] };
    expect(said({ chunks: (await stream(service.url, body, IN_SESSION)).chunks })).not.toBe('');
    expect((await stored())[0]).toEqual(['user', '[image]', 'complete']);
  });
});
