import { beforeEach, describe, expect, it } from '@jest/globals';
import { freshSession, history, stop } from '../support/conversations.js';
import { eventually } from '../support/eventually.js';
import { allEvents, ask, attach, joined, only, type ReceivedEvent } from '../support/events.js';
import { openReader, type SocketReader } from '../support/socket-reader.js';
import { useServices } from '../support/service-stage.js';
import { page, turnEvents } from '../support/turns.js';

const MESSAGE = 'count to 150';
const WHOLE = Array.from({ length: 150 }, (_, index) => index + 1).join(', ');
/** The service is killed once a reader has got so many new characters, thoughts included: from none to a third of all. */
const NEW_CHARS = [0, 1, 40, 100, 200];

const stage = useServices({ reasoning: 'always', pace: { firstTokenMs: 0, tokenMs: 4 } });
beforeEach(() => stage.start());

/** A session whose answer was stopped after some text. */
async function stopped() {
  const session = freshSession();
  const reader = await openReader(`${stage.service.url}/rr-chat/stream`, { body: { ...session, message: MESSAGE } });
  await eventually(() => joined(reader.events().map(({ event }) => event)).length > 60);
  await stop(stage.service.url, reader.answerId);
  await reader.closed;
  const list = reader.events().map(({ event }) => event);
  return { session, old: reader.answerId, shown: joined(list), reasoning: joined(list, 'reasoning') };
}

function charsOf(reader: SocketReader): number {
  const list = reader.events().map(({ event }) => event);
  return joined(list).length + joined(list, 'reasoning').length;
}

const positions = (list: readonly ReceivedEvent[]) => list.map(({ cursor }) => cursor);

describe('kill -9 while an answer is asked for again', () => {
  it.each(NEW_CHARS)(
    'after %i new characters leaves the question, the old answer as a version, and what the new one had said',
    async (count) => {
      const { session, old, shown } = await stopped();
      const body = { ...session, regenerate: old };
      const reader = await openReader(`${stage.service.url}/rr-chat/stream`, { body });
      await eventually(() => charsOf(reader) >= count);
      await stage.killAndRestart();
      const [question, answer, ...more] = await history(stage.service.url, session);
      expect(question).toMatchObject({ role: 'user', content: MESSAGE, status: 'complete' });
      expect(answer).toMatchObject({ id: reader.answerId, status: 'interrupted', versions: [old, reader.answerId] });
      expect(WHOLE.startsWith(String(answer?.content))).toBe(true);
      expect(more).toEqual([]);
      expect((await page(stage.service.url, session, `&version=${old}`))[0]).toMatchObject({ content: shown });
    },
  );
});

describe('kill -9 while an answer is continued', () => {
  it.each(NEW_CHARS)(
    'after %i new characters keeps all that the old one had, and it can be continued again',
    async (count) => {
      const { session, old, shown, reasoning } = await stopped();
      const body = { ...session, continue_from: old };
      const reader = await openReader(`${stage.service.url}/rr-chat/stream`, { body });
      await eventually(() => count === 0 || charsOf(reader) >= shown.length + reasoning.length + count);
      await stage.killAndRestart();
      const [, answer] = await history(stage.service.url, session);
      expect(answer).toMatchObject({ id: reader.answerId, status: 'interrupted', reasoning });
      const kept = String(answer?.content);
      expect([kept.startsWith(shown), WHOLE.startsWith(kept)]).toEqual([true, true]);
      const replay = await allEvents(await attach(stage.service.url, reader.answerId));
      expect([joined(replay), joined(replay, 'reasoning')]).toEqual([kept, reasoning]);
      stage.simulator.configure({ pace: 'instant' });
      const whole = await turnEvents(stage.service.url, session, { continue_from: reader.answerId });
      stage.simulator.configure({ pace: { firstTokenMs: 0, tokenMs: 4 } });
      expect(joined(whole)).toBe(WHOLE);
      expect((await history(stage.service.url, session))[1]).toMatchObject({ content: WHOLE, status: 'complete' });
    },
  );

  it('gives each reader what it lacks, whichever event it saw last', async () => {
    const { session, old } = await stopped();
    const reader = await openReader(`${stage.service.url}/rr-chat/stream`, {
      body: { ...session, continue_from: old },
    });
    await eventually(() => reader.events().length > 12);
    await stage.killAndRestart();
    const stored = (await history(stage.service.url, session))[1];
    const seen = reader.events();
    expect(seen.slice(0, 3).map(({ event }) => event.type)).toEqual(['provider', 'reasoning', 'delta']);
    for (const [index, { cursor }] of seen.entries()) {
      const had = seen.slice(0, index + 1).map(({ event }) => event);
      const rest = await allEvents(await attach(stage.service.url, reader.answerId, cursor));
      const text = joined(had) + joined(rest);
      expect(text.length >= String(stored?.content).length && WHOLE.startsWith(text)).toBe(true);
      expect(joined(had, 'reasoning') + joined(rest, 'reasoning')).toBe(stored?.reasoning);
      expect(only(rest, 'error')).toMatchObject({ code: 'interrupted' });
    }
  });
});

describe('a continued answer after a restart', () => {
  it('is the same from every cursor, over one provider more, too', async () => {
    // Groq writes the first half, Mistral is asked to go on.
    const { session, old, shown, reasoning } = await stopped();
    await stage.simulator.mistral.fault({ kind: 'truncate', afterTokens: 120, on: 'continuation' });
    const response = await ask(stage.service.url, {
      message: undefined,
      ...session,
      continue_from: old,
      system_prompt: '',
    });
    const list = await allEvents(response);
    expect([joined(list), joined(list, 'reasoning')]).toEqual([WHOLE, reasoning]);
    expect(list.filter(({ type }) => type === 'provider')).toHaveLength(2);
    await stage.killAndRestart();
    const { message_id: id } = only(list, 'done');
    const inside = [1, shown.length - 1, shown.length, shown.length + 1, WHOLE.length - 1];
    const cursors = [...positions(list), ...inside.map((at) => `${reasoning.length}.${at}.1`)];
    for (const cursor of cursors) {
      const rest = await allEvents(await attach(stage.service.url, id, cursor));
      const [thought, text, events] = cursor.split('.').map(Number);
      expect([cursor, joined(rest)]).toEqual([cursor, WHOLE.slice(text)]);
      expect(joined(rest, 'reasoning')).toBe(reasoning.slice(thought));
      const providers = list.filter(({ type }) => type === 'provider').slice(events);
      expect(rest.filter(({ type }) => type === 'provider').map((event) => ({ ...event, cursor: '' }))).toEqual(
        providers.map((event) => ({ ...event, cursor: '' })),
      );
      expect(rest.at(-1)).toEqual(list.at(-1));
    }
  });
});
