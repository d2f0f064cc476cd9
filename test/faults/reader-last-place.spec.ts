import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { startApp, type RunningApp } from '../support/app.js';
import { freshSession, lastAnswer, stop } from '../support/conversations.js';
import { allEvents, ask } from '../support/events.js';
import { eventually } from '../support/eventually.js';
import { complete, user } from '../support/openai.js';
import { scrape } from '../support/scrape.js';

type Session = ReturnType<typeof freshSession>;
type Door = (session: Session, message: string, more?: Sent) => Promise<Response>;
interface Sent {
  readonly body?: object;
  readonly signal?: AbortSignal;
  readonly headers?: Record<string, string>;
}

const LONG = 'count to 2000';
const PACED = { reasoning: 'never', pace: { firstTokenMs: 0, tokenMs: 20 } } as const;

let service: RunningApp;

const doors: Record<string, Door> = {
  'POST /rr-chat/stream': (session, message, { body, ...options } = {}) =>
    ask(service.url, { ...session, message, ...body }, options),
  'POST /rr-chat': (session, message, { body, signal, headers } = {}) =>
    fetch(`${service.url}/rr-chat`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ ...session, message, ...body }),
      ...(signal === undefined ? {} : { signal }),
    }),
  'POST /v1/chat/completions': ({ user_id, session_id }, message, { body, signal, headers } = {}) => {
    const asked = { user: user_id, messages: [user(message)], ...body };
    return complete(service.url, asked, { 'x-session-id': session_id, ...headers }, signal);
  },
};
const CHAT_DOORS = Object.keys(doors).slice(0, 2);

/** Asks something long and waits for its first words; it is read until `leave` is called. */
async function begin(door: string, session: Session, { headers }: Sent = {}) {
  const leaving = new AbortController();
  const sent = { signal: leaving.signal, ...(headers && { headers }) };
  const reading = doors[door]!(session, LONG, sent).then((response) => response.text());
  reading.catch(() => undefined);
  const answer = await eventually(async () => {
    const begun = await lastAnswer(service.url, session);
    return begun?.status === 'streaming' && begun.content !== '' && begun;
  });
  return { id: answer.id, leave: () => leaving.abort() };
}

async function expectHi(response: Response): Promise<void> {
  expect([response.status, await response.text()]).toEqual([200, expect.stringContaining('"content":"hi"')]);
}

const running = (count: number) =>
  eventually(async () => (await scrape(service.url, 'rondo_running_answers')) === count);
const nothingRuns = () => running(0);

const LIMITS: [whose: string, env: Record<string, string>, refusal: number][] = [
  ['a user', { MAX_RUNNING_PER_USER: '1' }, 429],
  ['all', { MAX_RUNNING_ANSWERS: '1' }, 503],
  ['an address', { MAX_RUNNING_ANSWERS: '4', RATE_LIMIT_PER_ADDRESS: '10000', TRUST_PROXY: '1' }, 429],
];

describe.each(LIMITS)('where its predecessor has the only place of %s, a question', (_whose, env, refusal) => {
  beforeAll(async () => (service = await startApp(env, PACED)));
  afterEach(nothingRuns);
  afterAll(() => service.close());

  it.each(Object.keys(doors))('at %s is answered as soon as that one is cancelled', async (door) => {
    const session = freshSession();
    const first = await begin(door, session);
    first.leave();
    await expectHi(await doors[door]!(session, 'echo: hi'));
    await nothingRuns();
    await expectHi(await doors[door]!(session, 'echo: hi'));
  });

  it.each(CHAT_DOORS)('at %s is answered where it supersedes that one', async (door) => {
    const session = freshSession();
    await begin('POST /rr-chat/stream', session);
    await expectHi(await doors[door]!(session, 'echo: hi', { body: { supersede: true } }));
  });

  it.each(Object.keys(doors))('at %s is answered right behind a stop', async (door) => {
    const session = freshSession();
    const { id } = await begin('POST /rr-chat/stream', session);
    await stop(service.url, id);
    await expectHi(await doors[door]!(session, 'echo: hi'));
  });

  it.each(Object.keys(doors))('at %s is refused with 409 while that one is read', async (door) => {
    const session = freshSession();
    const first = await begin('POST /rr-chat/stream', session);
    expect((await doors[door]!(session, 'echo: hi')).status).toBe(409);
    await stop(service.url, first.id);
  });

  it.each(Object.keys(doors))('at %s of another session is refused, whatever it supersedes', async (door) => {
    const session = freshSession();
    const other = { ...session, session_id: `${session.session_id}-other` };
    await begin('POST /rr-chat/stream', session);
    expect((await doors[door]!(other, 'echo: hi')).status).toBe(refusal);
    const second = await ask(service.url, { ...session, message: LONG, supersede: true });
    expect(second.status).toBe(200);
    expect((await doors[door]!(other, 'echo: hi')).status).toBe(refusal);
    await stop(service.url, second.headers.get('x-answer-id') ?? '');
    await allEvents(second);
    await expectHi(await doors[door]!(other, 'echo: hi'));
  });
});

describe('a user with two places', () => {
  beforeAll(async () => (service = await startApp({ MAX_RUNNING_PER_USER: '2' }, PACED)));
  afterAll(() => service.close());

  it('runs no more answers than that, however many supersede each other at once', async () => {
    const [one, two, three] = ['one', 'two', 'three'].map((session_id) => ({ user_id: 'eve', session_id }));
    for (const session of [one, two]) await begin('POST /rr-chat/stream', session!);
    const asked = await Promise.all(
      [one, two, three, one, two, three, one, two, three].map((session) =>
        ask(service.url, { ...session, message: LONG, supersede: true }),
      ),
    );
    const begun = asked.filter(({ ok }) => ok);
    for (const { status } of asked.filter(({ ok }) => !ok)) expect([409, 429]).toContain(status);
    expect(asked.filter((_, index) => index % 3 === 2).map(({ status }) => status)).toEqual([429, 429, 429]);
    // Those that were stopped may still have their tokens counted.
    await running(2);
    const last = await Promise.all([one, two, three].map((session) => lastAnswer(service.url, session!)));
    expect(last.map((answer) => answer?.status)).toEqual(['streaming', 'streaming', undefined]);
    for (const response of begun) await stop(service.url, response.headers.get('x-answer-id') ?? '');
    await Promise.all(begun.map(allEvents));
    await nothingRuns();
    for (const session of [two, three]) await begin('POST /rr-chat/stream', session!);
    expect((await ask(service.url, { ...one, message: LONG })).status).toBe(429);
  });
});

describe('a question from another address than its predecessor', () => {
  beforeAll(async () => {
    const env = {
      MAX_RUNNING_ANSWERS: '8',
      MAX_RUNNING_PER_USER: '1',
      RATE_LIMIT_PER_ADDRESS: '1000',
      TRUST_PROXY: '1',
    };
    service = await startApp(env, PACED);
  });
  afterAll(() => service.close());

  const from = (n: number) => ({ headers: { 'x-forwarded-for': `203.0.113.${n}` } });

  it('takes a place of its own address, and gives back that of the other', async () => {
    const ada = { user_id: 'ada', session_id: 'a' };
    const others = ['b', 'c'].map((name) => ({ user_id: name, session_id: name }));
    const first = await begin('POST /rr-chat/stream', ada, from(1));
    for (const other of others) await begin('POST /rr-chat/stream', other, from(2));
    const refused = await ask(service.url, { ...ada, message: 'echo: hi', supersede: true }, from(2));
    expect([refused.status, await refused.json()]).toMatchObject([429, { code: 'overloaded' }]);
    expect(await lastAnswer(service.url, ada)).toMatchObject({ id: first.id, status: 'streaming' });

    const moved = await ask(service.url, { ...ada, message: LONG, supersede: true }, from(3));
    expect(moved.status).toBe(200);
    await running(3);
    for (const name of ['d', 'e']) await begin('POST /rr-chat/stream', { user_id: name, session_id: name }, from(1));
    await begin('POST /rr-chat/stream', { user_id: 'f', session_id: 'f' }, from(3));
    expect((await ask(service.url, { user_id: 'g', session_id: 'g', message: 'echo: hi' }, from(3))).status).toBe(429);
    await moved.body?.cancel();
  });
});
