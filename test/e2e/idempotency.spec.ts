import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startApp, type RunningApp } from '../support/app.js';
import { asked, begin, history, jsonOf, post, sessions } from '../support/chat-api.js';
import { allEvents, ask, joined, only } from '../support/events.js';
import { expectProblem } from '../support/expect-problem.js';
import { temporaryFolder } from '../support/history.js';
import type { Answer } from '../support/http-app.js';
import { scrape } from '../support/scrape.js';

let service: RunningApp;
beforeAll(async () => (service = await startApp()));
beforeEach(() => service.simulator.clear());
afterAll(() => service.close());

let count = 0;
/** A question of its own, and a key. */
function question(): { body: Record<string, unknown>; headers: Record<string, string> } {
  const name = `key-${++count}`;
  return {
    body: { user_id: 'ada', session_id: name, message: `echo: one two three of ${name}` },
    headers: { 'idempotency-key': name },
  };
}

describe('a question that is sent again with its Idempotency-Key', () => {
  it('gets the same answer after it ended: nobody is asked and nothing is stored twice', async () => {
    const { body, headers } = question();
    const first = await ask(service.url, body, { headers });
    const before = await allEvents(first);
    const count = asked(service);
    const stored = await history(service.url, 'ada', String(body['session_id']));
    for (let i = 0; i < 3; i++) {
      const again = await ask(service.url, body, { headers });
      expect([again.status, again.headers.get('x-answer-id')]).toEqual([200, first.headers.get('x-answer-id')]);
      const list = await allEvents(again);
      expect(joined(list)).toBe(joined(before));
      expect(only(list, 'usage')).toEqual(only(before, 'usage'));
      expect(list.at(-1)).toEqual(before.at(-1));
    }
    expect(asked(service)).toBe(count);
    expect(await history(service.url, 'ada', String(body['session_id']))).toEqual(stored);
    expect(stored.history).toHaveLength(2);
  });

  it('attaches to the answer while it runs, from its first event on', async () => {
    const { body, headers } = question();
    await service.simulator.mistral.fault({ kind: 'stall', forMs: 400, afterTokens: 2 });
    const running = await begin(service.url, { ...body, provider: 'mistral' }, { headers });
    await running.until('delta');
    const again = await begin(service.url, { ...body, provider: 'mistral' }, { headers });
    expect(again.id).toBe(running.id);
    const [first, second] = await Promise.all([running.rest(), again.rest()]);
    expect(joined(second)).toBe(joined(first));
    expect(only(second, 'provider')).toEqual(only(first, 'provider'));
    expect(
      service.simulator.mistral.requests().filter(({ question: asked }) => asked === body['message']),
    ).toHaveLength(1);
  });

  it('finds an answer that outlived the connection it was asked on', async () => {
    const { body, headers } = question();
    await service.simulator.mistral.fault({ kind: 'stall', forMs: 400, afterTokens: 2 });
    const leaving = new AbortController();
    const lost = await begin(service.url, { ...body, provider: 'mistral' }, { headers, signal: leaving.signal });
    await lost.until('provider');
    leaving.abort();
    const again = await begin(service.url, { ...body, provider: 'mistral' }, { headers });
    expect(again.id).toBe(lost.id);
    expect(`echo: ${joined(await again.rest())}`).toBe(body['message']);
  });

  it('gets the same by POST /rr-chat, whichever way it was asked first', async () => {
    const { body, headers } = question();
    const stream = await ask(service.url, body, { headers });
    const text = joined(await allEvents(stream));
    const whole = await post(service.url, '/rr-chat', body, { headers });
    const { message } = jsonOf<{ message: { id: string; content: string } }>(whole);
    expect(message).toMatchObject({ id: stream.headers.get('x-answer-id'), content: text });
  });

  it('has the order of its fields free', async () => {
    const { body, headers } = question();
    const first = await ask(service.url, body, { headers });
    await allEvents(first);
    const { user_id, session_id, message } = body;
    const again = await post(service.url, '/rr-chat', { message, session_id, user_id }, { headers });
    expect([again.status, again.headers['x-answer-id']]).toEqual([200, first.headers.get('x-answer-id')]);
  });

  it('makes one answer of eight parallel requests', async () => {
    const { body, headers } = question();
    const before = asked(service);
    const answers = await Promise.all(Array.from({ length: 8 }, () => begin(service.url, body, { headers })));
    const lists = await Promise.all(answers.map((answer) => answer.rest()));
    expect(new Set(answers.map(({ id }) => id)).size).toBe(1);
    expect(new Set(lists.map((list) => joined(list)))).toEqual(
      new Set([String(body['message']).slice('echo: '.length)]),
    );
    expect(asked(service)).toBe(before + 1);
    expect((await history(service.url, 'ada', String(body['session_id']))).history).toHaveLength(2);
  });
});

describe('an Idempotency-Key', () => {
  it('with another body is refused with 422, and changes nothing', async () => {
    const { body, headers } = question();
    await allEvents(await ask(service.url, body, { headers }));
    const before = asked(service);
    const others = [{ message: 'echo: other' }, { session_id: 'other' }, { temperature: 1 }, { provider: 'groq' }];
    for (const path of ['/rr-chat', '/rr-chat/stream']) {
      for (const other of others) {
        const answer = await post(service.url, path, { ...body, ...other }, { headers });
        expectProblem(answer, 422, 'invalid_request');
      }
    }
    expect(asked(service)).toBe(before);
    expect((await history(service.url, 'ada', 'other')).history).toEqual([]);
  });

  it('with another body is refused while the first is being opened, too', async () => {
    const { body, headers } = question();
    const answers = await Promise.all([
      post(service.url, '/rr-chat', body, { headers }),
      post(service.url, '/rr-chat', { ...body, message: 'echo: other' }, { headers }),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 422]);
  });

  it("is each user's own", async () => {
    const { body, headers } = question();
    await allEvents(await ask(service.url, body, { headers }));
    const theirs = await begin(service.url, { ...body, user_id: 'bob', message: 'echo: of bob' }, { headers });
    expect(joined(await theirs.rest())).toBe('of bob');
  });

  it('of a question that was refused can be used again', async () => {
    const { body, headers } = question();
    expectProblem(await post(service.url, '/rr-chat', { ...body, message: ' ' }, { headers }), 400, 'invalid_request');
    expect((await post(service.url, '/rr-chat', body, { headers })).status).toBe(200);
  });

  it('has to be 1–255 visible characters', async () => {
    const { body } = question();
    for (const key of ['', ' ', 'a b', 'x'.repeat(256), 'é'])
      expectProblem(
        await post(service.url, '/rr-chat', body, { headers: { 'idempotency-key': key } }),
        400,
        'invalid_request',
      );
    expect(
      (await sessions(service.url, 'ada', '&limit=200')).sessions.map(({ session_id }) => session_id),
    ).not.toContain(body['session_id']);
  });

  it('attaches also where its user may begin no other answer, or the rate limit is used up', async () => {
    const limited = await startApp(
      { MAX_RUNNING_PER_USER: '1', RATE_LIMIT: '1' },
      { pace: { firstTokenMs: 5, tokenMs: 5 } },
    );
    try {
      const { body, headers } = question();
      const asked = { ...body, message: 'count to 60' };
      const first = await ask(limited.url, asked, { headers });
      const again = await ask(limited.url, asked, { headers });
      expect([again.status, again.headers.get('x-answer-id')]).toEqual([200, first.headers.get('x-answer-id')]);
      expect(joined(await allEvents(again))).toBe(joined(await allEvents(first)));
    } finally {
      await limited.close();
    }
  });

  it('of a running answer is no way around the limits for another body', async () => {
    const limited = await startApp({ MAX_RUNNING_PER_USER: '1', RATE_LIMIT_PER_ADDRESS: '4' });
    try {
      await limited.simulator.mistral.fault({ kind: 'stall', afterTokens: 2 });
      const { body, headers } = question();
      const pinned = { ...body, provider: 'mistral' };
      const running = await begin(limited.url, pinned, { headers });
      for (const path of ['/rr-chat', '/rr-chat/stream']) {
        expectProblem(await post(limited.url, path, body, { headers }), 422, 'invalid_request');
        const elsewhere = { ...body, session_id: 'elsewhere' };
        expectProblem(await post(limited.url, path, elsewhere, { headers }), 429, 'overloaded');
      }
      const wrong = { user_id: 'bob', session_id: 7 };
      for (let i = 0; i < 3; i++) await post(limited.url, '/rr-chat', wrong, { headers });
      expectProblem(await post(limited.url, '/rr-chat', wrong, { headers }), 429, 'rate_limited');
      const again = await begin(limited.url, pinned, { headers });
      expect(again.id).toBe(running.id);
    } finally {
      await limited.close();
    }
  });

  it('counts its question as one that came back where it attaches, and only there', async () => {
    const { body, headers } = question();
    const counted = async () => {
      const of = (result: string) => scrape(service.url, 'rondo_resumes_total', { result });
      return { ok: await of('ok'), refused: await of('refused') };
    };
    const { ok, refused } = await counted();
    const first = await allEvents(await ask(service.url, body, { headers }));
    expect(await counted()).toEqual({ ok, refused });
    await allEvents(await ask(service.url, body, { headers }));
    await post(service.url, '/rr-chat', body, { headers });
    expect(await counted()).toEqual({ ok: ok + 2, refused });
    const cursor = { 'last-event-id': first[0]?.cursor ?? '' };
    await allEvents(await ask(service.url, body, { headers: { ...headers, ...cursor } }));
    expect(await counted()).toEqual({ ok: ok + 3, refused });
    expect((await post(service.url, '/rr-chat', body, { headers: cursor })).status).toBe(404);
    expect(await counted()).toEqual({ ok: ok + 3, refused: refused + 1 });
    await post(service.url, '/rr-chat', { ...body, message: 'echo: other' }, { headers });
    await post(service.url, '/rr-chat', { ...body, session_id: 'fresh' }, {});
    expect(await counted()).toEqual({ ok: ok + 3, refused: refused + 1 });
  });

  it('counts each that comes while the first is opened', async () => {
    const { body, headers } = question();
    const before = await scrape(service.url, 'rondo_resumes_total', { result: 'ok' });
    await Promise.all([1, 2, 3].map(() => post(service.url, '/rr-chat', body, { headers })));
    expect(await scrape(service.url, 'rondo_resumes_total', { result: 'ok' })).toBe(before + 2);
  });

  it('is good for one answer only where two processes get the question at once', async () => {
    const folder = await temporaryFolder();
    const both = await Promise.all([startApp({ DATABASE_URL: folder.url }), startApp({ DATABASE_URL: folder.url })]);
    try {
      for (let round = 0; round < 15; round++) {
        const { body, headers } = question();
        const answers = await Promise.all(both.map(({ url }) => post(url, '/rr-chat', body, { headers })));
        expectOneAnswer(answers);
        expect((await history(both[0].url, 'ada', String(body['session_id']))).history).toHaveLength(2);
      }
    } finally {
      for (const app of both) await app.close();
      await folder.remove();
    }
  });
});

describe('a question that is sent again with Last-Event-ID', () => {
  it('goes on after that event by its Idempotency-Key: each character comes once', async () => {
    const { body, headers } = question();
    const all = await allEvents(await ask(service.url, body, { headers }));
    const before = asked(service);
    for (const cut of [0, 1, Math.floor(all.length / 2), all.length - 2]) {
      const again = await ask(service.url, body, { headers: { ...headers, 'last-event-id': all[cut]?.cursor ?? '' } });
      expect(again.headers.get('x-answer-id')).toBe(only(all, 'done').message_id);
      expect(joined(all.slice(0, cut + 1)) + joined(await allEvents(again))).toBe(joined(all));
    }
    expect(asked(service)).toBe(before);
  });

  it('does so while the answer runs, and has all of it at POST /rr-chat', async () => {
    const { body, headers } = question();
    await service.simulator.mistral.fault({ kind: 'stall', forMs: 300, afterTokens: 2 });
    const leaving = new AbortController();
    const pinned = { ...body, provider: 'mistral' };
    const cut = await begin(service.url, pinned, { headers, signal: leaving.signal });
    await cut.until('delta');
    const cursor = { 'last-event-id': cut.seen.at(-1)?.cursor ?? '' };
    leaving.abort();
    const again = await begin(service.url, pinned, { headers: { ...headers, ...cursor } });
    const whole = await post(service.url, '/rr-chat', pinned, { headers: { ...headers, ...cursor } });
    const { content } = jsonOf<{ message: { content: string } }>(whole).message;
    expect(joined(cut.seen) + joined(await again.rest())).toBe(content);
    expect(`echo: ${content}`).toBe(body['message']);
  });

  it.each(['/rr-chat', '/rr-chat/stream'])(
    'opens and stops nothing at %s where no key names its answer',
    async (path) => {
      const { body, headers } = question();
      const back = { 'last-event-id': '0.4.1' };
      const before = asked(service);
      for (const unknown of [back, { ...back, ...headers }])
        expectProblem(await post(service.url, path, body, { headers: unknown }), 404, 'not_found');
      expect((await history(service.url, 'ada', String(body['session_id']))).history).toEqual([]);
      await service.simulator.mistral.fault({ kind: 'stall', afterTokens: 2 });
      const running = await begin(service.url, { ...body, provider: 'mistral' });
      await running.until('delta');
      const again = { ...body, supersede: true };
      const refused = await post(service.url, path, again, { headers: { ...back, ...headers } });
      expectProblem(refused, 409, 'answer_running');
      expect(refused.json()).toMatchObject({ answer_id: running.id });
      const other = { ...headers, 'idempotency-key': `${headers['idempotency-key']}-other` };
      expect((await post(service.url, path, again, { headers: { ...back, ...other } })).status).toBe(409);
      expect(asked(service)).toBe(before + 1);
      await service.simulator.clear();
      await post(service.url, `/rr-chat/stream/${running.id}/stop`, {});
      await running.rest();
    },
  );

  it('opens nothing at the OpenAI door either', async () => {
    const before = asked(service);
    const body = { model: 'rondo', messages: [{ role: 'user', content: 'echo: hi' }] };
    const answer = await post(service.url, '/v1/chat/completions', body, { headers: { 'last-event-id': '0.4.1' } });
    expect([answer.status, asked(service)]).toEqual([404, before]);
  });

  it('is refused where that is no cursor, or the key came with another body', async () => {
    const { body, headers } = question();
    await allEvents(await ask(service.url, body, { headers }));
    const send = (cursor: string, more = {}) =>
      post(service.url, '/rr-chat/stream', { ...body, ...more }, { headers: { ...headers, 'last-event-id': cursor } });
    expectProblem(await send('nonsense'), 400, 'invalid_request');
    expectProblem(await send('0.4.1', { message: 'echo: other' }), 422, 'invalid_request');
  });
});

/** The other process may say that the answer is written elsewhere, and is to be asked again in a moment. */
function expectOneAnswer(answers: readonly Answer[]): void {
  const served = answers.filter(({ status }) => status === 200);
  const later = answers.filter(({ status }) => status === 503);
  expect([served.length > 0, served.length + later.length]).toEqual([true, answers.length]);
  expect(new Set(served.map(({ headers }) => headers['x-answer-id'])).size).toBe(1);
  for (const answer of later) expect(Number(answer.headers['retry-after'])).toBeGreaterThanOrEqual(1);
}
