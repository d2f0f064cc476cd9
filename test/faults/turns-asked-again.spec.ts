import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { startSimulator, type Simulator } from '../../simulator/provider-simulator.js';
import { freshSession, history, stop } from '../support/conversations.js';
import { eventually } from '../support/eventually.js';
import { allEvents, ask, attach, joined, only, type ReceivedEvent } from '../support/events.js';
import { temporaryFolder } from '../support/history.js';
import { openReader } from '../support/socket-reader.js';
import { simulatedProviders, startService, type Service } from '../support/service.js';
import { page, turnEvents } from '../support/turns.js';

const MESSAGE = 'count to 150';
const WHOLE = Array.from({ length: 150 }, (_, index) => index + 1).join(', ');
const KILLS = 5;

let simulator: Simulator;
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let service: Service;
const env = () => ({ ...simulatedProviders(simulator), DATABASE_URL: folder.url, LOG_LEVEL: 'warn' });

beforeAll(async () => {
  folder = await temporaryFolder();
  simulator = await startSimulator({ sameAnswer: true, reasoning: 'always', pace: { firstTokenMs: 0, tokenMs: 4 } });
  service = await startService(env());
});
afterEach(() => simulator.clear());
afterAll(async () => {
  await service.kill();
  await simulator.close();
  await folder.remove();
});

async function killAndRestart(): Promise<void> {
  await service.kill();
  service = await startService(env());
}

/** A session whose answer was stopped after some text. */
async function stopped() {
  const session = freshSession();
  const reader = await openReader(`${service.url}/rr-chat/stream`, { body: { ...session, message: MESSAGE } });
  await eventually(() => joined(reader.events().map(({ event }) => event)).length > 60);
  await stop(service.url, reader.answerId);
  await reader.closed;
  const list = reader.events().map(({ event }) => event);
  return { session, old: reader.answerId, shown: joined(list), reasoning: joined(list, 'reasoning') };
}

const positions = (list: readonly ReceivedEvent[]) => list.map(({ cursor }) => cursor);

describe('kill -9 while an answer is asked for again', () => {
  it('leaves the question, the old answer as a version, and what the new one had said', async () => {
    for (let kill = 0; kill < KILLS; kill++) {
      const { session, old, shown } = await stopped();
      const body = { ...session, regenerate: old };
      const reader = await openReader(`${service.url}/rr-chat/stream`, { body });
      await delay(40 * kill);
      await killAndRestart();
      const [question, answer, ...more] = await history(service.url, session);
      expect(question).toMatchObject({ role: 'user', content: MESSAGE, status: 'complete' });
      expect(answer).toMatchObject({ id: reader.answerId, status: 'interrupted', versions: [old, reader.answerId] });
      expect(WHOLE.startsWith(String(answer?.content))).toBe(true);
      expect(more).toEqual([]);
      expect((await page(service.url, session, `&version=${old}`))[0]).toMatchObject({ content: shown });
    }
  });
});

describe('kill -9 while an answer is continued', () => {
  it('keeps all that the old one had, from the first moment on, and can be continued again', async () => {
    for (let kill = 0; kill < KILLS; kill++) {
      const { session, old, shown, reasoning } = await stopped();
      const body = { ...session, continue_from: old };
      const reader = await openReader(`${service.url}/rr-chat/stream`, { body });
      await delay(30 * kill);
      await killAndRestart();
      const [, answer] = await history(service.url, session);
      expect(answer).toMatchObject({ id: reader.answerId, status: 'interrupted', reasoning });
      const kept = String(answer?.content);
      expect([kept.startsWith(shown), WHOLE.startsWith(kept)]).toEqual([true, true]);
      const replay = await allEvents(await attach(service.url, reader.answerId));
      expect([joined(replay), joined(replay, 'reasoning')]).toEqual([kept, reasoning]);
      simulator.configure({ pace: 'instant' });
      const whole = await turnEvents(service.url, session, { continue_from: reader.answerId });
      simulator.configure({ pace: { firstTokenMs: 0, tokenMs: 4 } });
      expect(joined(whole)).toBe(WHOLE);
      expect((await history(service.url, session))[1]).toMatchObject({ content: WHOLE, status: 'complete' });
    }
  });

  it('gives each reader what it lacks, whichever event it saw last', async () => {
    const { session, old } = await stopped();
    const reader = await openReader(`${service.url}/rr-chat/stream`, { body: { ...session, continue_from: old } });
    await eventually(() => reader.events().length > 12);
    await killAndRestart();
    const stored = (await history(service.url, session))[1];
    const seen = reader.events();
    expect(seen.slice(0, 3).map(({ event }) => event.type)).toEqual(['provider', 'reasoning', 'delta']);
    for (const [index, { cursor }] of seen.entries()) {
      const had = seen.slice(0, index + 1).map(({ event }) => event);
      const rest = await allEvents(await attach(service.url, reader.answerId, cursor));
      const text = joined(had) + joined(rest);
      expect(text.length >= String(stored?.content).length && WHOLE.startsWith(text)).toBe(true);
      expect(joined(had, 'reasoning') + joined(rest, 'reasoning')).toBe(stored?.reasoning);
      expect(only(rest, 'error')).toMatchObject({ code: 'interrupted' });
    }
  });
});

describe('a continued answer after a restart', () => {
  it('is the same from every cursor, over one provider more, too', async () => {
    // Round robin begins anew: Groq writes the first half, Mistral is asked to go on.
    await killAndRestart();
    const { session, old, shown, reasoning } = await stopped();
    await simulator.mistral.fault({ kind: 'truncate', afterTokens: 120, on: 'continuation' });
    const response = await ask(service.url, { message: undefined, ...session, continue_from: old, system_prompt: '' });
    const list = await allEvents(response);
    expect([joined(list), joined(list, 'reasoning')]).toEqual([WHOLE, reasoning]);
    expect(list.filter(({ type }) => type === 'provider')).toHaveLength(2);
    await killAndRestart();
    const { message_id: id } = only(list, 'done');
    const inside = [1, shown.length - 1, shown.length, shown.length + 1, WHOLE.length - 1];
    const cursors = [...positions(list), ...inside.map((at) => `${reasoning.length}.${at}.1`)];
    for (const cursor of cursors) {
      const rest = await allEvents(await attach(service.url, id, cursor));
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
