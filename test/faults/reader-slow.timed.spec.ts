import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startSimulator, type Simulator } from '../../simulator/provider-simulator.js';
import { freshSession } from '../support/conversations.js';
import { eventually } from '../support/eventually.js';
import { allEvents, ask, attach, joined } from '../support/events.js';
import { preloading } from '../support/preload.js';
import { scrape } from '../support/scrape.js';
import { openReader, type SocketReader } from '../support/socket-reader.js';
import { simulatedProviders, startService, type Service } from '../support/service.js';

const READERS = 20;
const LINE = 3_000_000;
const WORDS = Array.from({ length: 60 }, (_, index) => `word${index}`).join(' ');
/** A hundredth of what it takes, here and for the service. */
const LET_GO_WITHIN_MS = 600;

let simulator: Simulator;
let service: Service;
beforeAll(async () => {
  simulator = await startSimulator({ sameAnswer: true, reasoning: 'never', pace: 'instant' });
  for (const provider of simulator.all)
    for (const afterTokens of [1, 2])
      await provider.fault({ kind: 'text', longLineBytes: LINE, afterTokens, match: 'large' });
});
afterAll(() => simulator.close());

const asking = (body: Record<string, unknown>) =>
  openReader(`${service.url}/rr-chat/stream`, { body: { ...freshSession(), ...body }, paused: true });
const settled = () => eventually(async () => (await scrape(service.url, 'rondo_running_answers')) === 0, 30_000);
const textOf = (reader: SocketReader) => joined(reader.events().map(({ event }) => event));

describe('readers that read nothing', () => {
  beforeAll(async () => {
    service = await startService({ ...simulatedProviders(simulator), MAX_OUTPUT_TOKENS: '100000', LOG_LEVEL: 'warn' });
  });
  afterAll(() => service.stop());

  it('slow nobody down', async () => {
    const stuck = await Promise.all(Array.from({ length: READERS }, () => asking({ message: 'echo: large' })));
    await settled();
    expect(await scrape(service.url, 'rondo_open_streams')).toBe(READERS);
    simulator.configure({ pace: { firstTokenMs: 0, tokenMs: 10 } });
    const askedAt = performance.now();
    const answer = joined(await allEvents(await ask(service.url, { ...freshSession(), message: `echo: ${WORDS}` })));
    const took = performance.now() - askedAt;
    simulator.configure({ pace: 'instant' });
    expect(answer).toBe(WORDS);
    // A word and a space are two tokens.
    expect(took).toBeLessThan(120 * 10 + 500);
    for (const reader of stuck) reader.leave();
  });
});

describe('a reader that reads nothing for a minute (here: a hundredth of it)', () => {
  beforeAll(async () => {
    const shortened = preloading('shorten-response-timeouts.mjs');
    service = await startService({ ...simulatedProviders(simulator), ...shortened, LOG_LEVEL: 'warn' });
  });
  afterAll(() => service.stop());

  it('is let go of, no longer counts as a reader, and gets the rest when it comes back', async () => {
    const stuck = await asking({ message: 'echo: large answer' });
    expect(await scrape(service.url, 'rondo_open_streams')).toBe(1);
    await settled();
    await eventually(async () => (await scrape(service.url, 'rondo_open_streams')) === 0, LET_GO_WITHIN_MS);
    stuck.resume();
    expect(await stuck.closed).toBe(false);
    const rest = await allEvents(await attach(service.url, stuck.answerId, stuck.events().at(-1)?.cursor));
    const whole = joined(await allEvents(await attach(service.url, stuck.answerId)));
    expect(whole).toHaveLength('large answer'.length + 2 * LINE);
    expect(textOf(stuck) + joined(rest) === whole).toBe(true);
  });

  it('is let go of where it attached to an answer', async () => {
    const { answerId, leave } = await asking({ message: 'echo: large answer' });
    await settled();
    leave();
    await eventually(async () => (await scrape(service.url, 'rondo_open_streams')) === 0);
    const stuck = await openReader(`${service.url}/rr-chat/stream/${answerId}`, { method: 'GET', paused: true });
    expect(stuck.status).toBe(200);
    await eventually(async () => (await scrape(service.url, 'rondo_open_streams')) === 1);
    await eventually(async () => (await scrape(service.url, 'rondo_open_streams')) === 0);
  });
});
