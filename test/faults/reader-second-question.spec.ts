import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { startApp, type RunningApp } from '../support/app.js';
import { answerIdOf, freshSession, history, readUntil } from '../support/conversations.js';
import { allEvents, ask, attach, joined, only } from '../support/events.js';

/** An answer that had no reader for this long gives way. */
const ABANDONED_AFTER_MS = 5_000;
const LONG = { message: 'count to 2000' };

describe('a second question in a session whose answer is running', () => {
  let service: RunningApp;
  beforeAll(async () => (service = await startApp({}, { reasoning: 'never', pace: { firstTokenMs: 0, tokenMs: 20 } })));
  afterAll(() => service.close());

  const firstDelta = ({ type }: { type: string }) => type === 'delta';

  it('is refused while the answer has a reader, and for a few seconds after the last one left', async () => {
    const session = freshSession();
    const first = await ask(service.url, { ...session, ...LONG });
    await readUntil(first, firstDelta);
    const leftAt = performance.now();
    const second = await ask(service.url, { ...session, message: 'echo: hi' });
    expect(performance.now() - leftAt).toBeLessThan(ABANDONED_AFTER_MS);
    expect(second.status).toBe(409);
    expect(await second.json()).toMatchObject({ code: 'answer_running', answer_id: answerIdOf(first) });
    expect(await history(service.url, session)).toHaveLength(2);
  });

  it('goes on where nobody has read the answer for five seconds: that one is stopped and kept', async () => {
    const [left, finishing, watched] = [freshSession(), freshSession(), freshSession()];
    const answers = [
      await ask(service.url, { ...left, ...LONG }),
      await ask(service.url, { ...finishing, ...LONG, on_disconnect: 'finish' }),
      await ask(service.url, { ...watched, ...LONG }),
    ] as const;
    const reading = new AbortController();
    const watching = allEvents(await attach(service.url, answerIdOf(answers[2]), undefined, reading.signal));
    watching.catch(() => undefined);
    const shown = (await Promise.all(answers.map((answer) => readUntil(answer, firstDelta)))).map((list) =>
      joined(list),
    );
    await delay(ABANDONED_AFTER_MS + 200);

    const next = await ask(service.url, { ...left, message: 'echo: hi' });
    expect(joined(await allEvents(next))).toBe('hi');
    const [, stopped, , second] = await history(service.url, left);
    expect(stopped).toMatchObject({ id: answerIdOf(answers[0]), status: 'stopped' });
    expect(stopped?.content.startsWith(shown[0] ?? '-')).toBe(true);
    expect(second).toMatchObject({ status: 'complete', content: 'hi' });
    expect(only(await allEvents(await attach(service.url, answerIdOf(answers[0]))), 'done').finish_reason).toBe(
      'stopped',
    );

    // Not where it is to be finished, nor where someone still reads.
    for (const session of [finishing, watched])
      expect((await ask(service.url, { ...session, message: 'echo: hi' })).status).toBe(409);
    reading.abort();
  });

  it('lets only one of several that supersede it at once run', async () => {
    const session = freshSession();
    const first = await ask(service.url, { ...session, ...LONG });
    const reader = allEvents(first);
    // Else both questions would reach the provider as one: an answer that said nothing leaves no turn.
    await readUntil(await attach(service.url, answerIdOf(first)), firstDelta);
    const replies = await Promise.all(
      [1, 2, 3].map((n) => ask(service.url, { ...session, message: `echo: ${n}`, supersede: true })),
    );
    expect(only(await reader, 'done').finish_reason).toBe('stopped');
    const streams = await Promise.all(replies.filter(({ ok }) => ok).map(allEvents));
    for (const list of streams) expect(['stop', 'stopped']).toContain(only(list, 'done').finish_reason);
    for (const refused of replies.filter(({ ok }) => !ok)) expect(refused.status).toBe(409);
    const complete = streams.filter((list) => only(list, 'done').finish_reason === 'stop');
    expect(complete.length).toBeGreaterThanOrEqual(1);
    expect((await history(service.url, session)).filter(({ status }) => status === 'streaming')).toEqual([]);
  });
});
