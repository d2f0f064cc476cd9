import { afterEach, describe, expect, it } from '@jest/globals';
import { startApp, type RunningApp } from '../../support/app.js';
import { asked, post } from '../../support/chat-api.js';
import { complete, failureOf, openAiClient, user } from '../../support/openai.js';
import { scrape } from '../../support/scrape.js';

let service: RunningApp;
afterEach(() => service.close());

/** As a part of bodies: the client's types call `user` deprecated. */
const ADA = { user: 'ada' };
const HI = { model: 'mistral', messages: [user('echo: hi')] };
const statusesOf = async (responses: Promise<Response>[]) => {
  const counts: Record<number, number> = {};
  for (const { status } of await Promise.all(responses)) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
};
const many = (count: number, body: object) =>
  Array.from({ length: count }, (_, index) => complete(service.url, { ...HI, stream: index % 2 === 0, ...body }));

describe('the rate limit at the OpenAI door', () => {
  it('is exact for a user under 100 parallel requests, and the same as that of the chat', async () => {
    service = await startApp({ RATE_LIMIT: '30', MAX_RUNNING_PER_USER: '1000' });
    for (let n = 0; n < 3; n++)
      await post(service.url, '/rr-chat', { user_id: 'ada', session_id: `s${n}`, message: 'echo: hi' });
    expect(await statusesOf(many(100, { user: 'ada' }))).toEqual({ 200: 27, 429: 73 });
    expect(asked(service)).toBe(30);
    expect(await statusesOf(many(40, {}))).toEqual({ 200: 40 });
    expect(await statusesOf(many(40, { user: 'no id' }))).toEqual({ 200: 40 });
    expect(await scrape(service.url, 'rondo_rate_limited_total', { scope: 'user' })).toBe(73);
  });

  it('holds for an address, whoever asks', async () => {
    service = await startApp({ RATE_LIMIT_PER_ADDRESS: '20' });
    expect(await statusesOf([...many(20, {}), ...many(20, { user: 'bob' })])).toEqual({ 200: 20, 429: 20 });
  });

  it('says in OpenAI’s words when to come back, and its client waits for that', async () => {
    service = await startApp({ RATE_LIMIT: '1', RATE_LIMIT_WINDOW_MS: '1500' });
    await complete(service.url, { ...HI, user: 'ada' });
    const refused = await complete(service.url, { ...HI, user: 'ada', stream: true });
    expect([refused.status, refused.headers.get('content-type')]).toEqual([429, 'application/json; charset=utf-8']);
    expect(await refused.json()).toMatchObject({ error: { code: 'rate_limited', type: 'rate_limit_error' } });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    const patient = openAiClient(service.url, { maxRetries: 1 });
    const messages = [user('echo: at last')];
    const answer = await patient.chat.completions.create({ model: 'mistral', messages, ...ADA });
    expect(answer.choices[0]?.message.content).toBe('at last');
  });

  it('is not used up by requests for models', async () => {
    service = await startApp({ RATE_LIMIT: '1', RATE_LIMIT_PER_ADDRESS: '1' });
    const responses = Array.from({ length: 5 }, () => fetch(`${service.url}/v1/models`));
    expect(await statusesOf(responses)).toEqual({ 200: 5 });
  });

  it('can not be got round by the Idempotency-Key of a running answer', async () => {
    service = await startApp({ RATE_LIMIT: '1', MAX_RUNNING_PER_USER: '9' });
    await service.simulator.mistral.fault({ kind: 'stall', afterTokens: 2, match: 'count' });
    const key = { 'idempotency-key': 'k' };
    const question = { user_id: 'ada', session_id: 's', message: 'count to 9', provider: 'mistral' };
    const chat = fetch(`${service.url}/rr-chat/stream`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...key },
      body: JSON.stringify(question),
    });
    expect((await chat).status).toBe(200);
    expect((await complete(service.url, { ...HI, user: 'ada' }, key)).status).toBe(429);
  });
});

describe('the bounds on running answers at the OpenAI door', () => {
  it('hold for a user by name; for others only that on all answers does', async () => {
    service = await startApp({ MAX_RUNNING_PER_USER: '2', MAX_RUNNING_ANSWERS: '6' });
    await service.simulator.mistral.fault({ kind: 'stall', afterTokens: 2 });
    const long = { ...HI, messages: [user('count to 9')], stream: true };
    const open = async (body: object) => (await complete(service.url, { ...long, ...body })).status;
    expect([await open({ user: 'ada' }), await open({ user: 'ada' }), await open({ user: 'ada' })]).toEqual([
      200, 200, 429,
    ]);
    expect([await open({}), await open({}), await open({}), await open({}), await open({})]).toEqual([
      200, 200, 200, 200, 503,
    ]);
  });

  it('are told by the client as what they are', async () => {
    service = await startApp({ MAX_RUNNING_PER_USER: '1' });
    await service.simulator.mistral.fault({ kind: 'stall', afterTokens: 2 });
    const { completions } = openAiClient(service.url).chat;
    const body = { model: 'mistral', user: 'ada', messages: [user('count to 9')] };
    const held = await completions.create({ ...body, stream: true });
    expect(await failureOf(completions.create(body))).toMatchObject({ status: 429, code: 'overloaded' });
    held.controller.abort();
  });

  it('give back the place of what was refused', async () => {
    service = await startApp({ MAX_RUNNING_PER_USER: '1' });
    for (const body of [{ model: 'nobody' }, { n: 2 }, { messages: [user('')] }]) {
      const refused = await complete(service.url, { ...HI, user: 'ada', ...body });
      expect(refused.status).toBeGreaterThanOrEqual(400);
      await refused.text();
      expect((await complete(service.url, { ...HI, user: 'ada' })).status).toBe(200);
    }
  });
});
