import { readdir } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { startSimulator, type Simulator } from '../../simulator/provider-simulator.js';
import { HistoryStore } from '../../src/history/history-store.js';
import { startApp, type RunningApp } from '../support/app.js';
import { answerIdOf, freshSession, readUntil } from '../support/conversations.js';
import { eventually } from '../support/eventually.js';
import { allEvents, ask, attach, joined, only, type ReceivedEvent } from '../support/events.js';
import { heapOf, REPORTING_HEAP } from '../support/heap.js';
import { scrape } from '../support/scrape.js';
import { simulatedProviders, startService, type Service } from '../support/service.js';

const TEXT = Array.from({ length: 120 }, (_, index) => `word${index}`).join(' ');

describe('many readers of one answer', () => {
  let service: RunningApp;
  beforeAll(async () => (service = await startApp({}, { reasoning: 'never', pace: { firstTokenMs: 0, tokenMs: 18 } })));
  afterAll(() => service.close());

  it('in two tabs and a later third one get the same events', async () => {
    const asked = await ask(service.url, { ...freshSession(), message: `echo: ${TEXT.slice(0, 300)}` });
    const id = answerIdOf(asked);
    const second = attach(service.url, id).then(allEvents);
    const first = allEvents(asked);
    await readUntil(await attach(service.url, id), (_, soFar) => joined(soFar).length > 100);
    const third = allEvents(await attach(service.url, id));
    const lists = await Promise.all([first, second, third]);
    for (const list of lists) expect(joined(list)).toBe(TEXT.slice(0, 300));
    for (const list of lists) expect(only(list, 'done')).toEqual(only(lists[0], 'done'));
    expect(await scrape(service.url, 'rondo_open_streams')).toBe(0);
  });

  it('are no reason to ask a provider twice, and one that leaves ends it for nobody else', async () => {
    service.simulator.all.forEach((provider) => provider.forgetRequests());
    const body = { ...freshSession(), message: `echo: ${TEXT.slice(0, 300)}`, on_disconnect: 'cancel' };
    const asked = await ask(service.url, body);
    const other = attach(service.url, answerIdOf(asked)).then(allEvents);
    await readUntil(asked, ({ type }) => type === 'delta');
    expect(joined(await other)).toBe(TEXT.slice(0, 300));
    expect(service.simulator.all.flatMap((provider) => provider.requests())).toHaveLength(1);
  });

  it('share their looks at the history where they come at once for one that has ended', async () => {
    const asked = await ask(service.url, { ...freshSession(), message: `echo: ${TEXT.slice(0, 300)}` });
    await allEvents(asked);
    const looks = jest.spyOn(service.app.get(HistoryStore), 'findAnswer');
    const readers = Array.from({ length: 50 }, () => attach(service.url, answerIdOf(asked)).then(allEvents));
    for (const list of await Promise.all(readers)) expect(joined(list)).toBe(TEXT.slice(0, 300));
    expect(looks.mock.calls.length).toBeLessThan(25);
  });

  it('that are one reader who reconnects over fifty times get every character once', async () => {
    const asked = await ask(service.url, { ...freshSession(), message: `echo: ${TEXT}` });
    const id = answerIdOf(asked);
    const received: ReceivedEvent[] = await readUntil(asked, ({ type }) => type === 'delta');
    let reconnects = 0;
    while (received.at(-1)?.type !== 'done') {
      reconnects++;
      received.push(...(await readUntil(await attach(service.url, id, received.at(-1)?.cursor), () => true)));
    }
    expect(reconnects).toBeGreaterThanOrEqual(50);
    expect(joined(received)).toBe(TEXT);
    expect(only(received, 'usage').accurate).toBe(true);
    expect(only(received, 'done').finish_reason).toBe('stop');
  });
});

const MB = 1024 * 1024;

describe('1,000 readers that abort at random', () => {
  let simulator: Simulator;
  let service: Service;
  beforeAll(async () => {
    simulator = await startSimulator({ sameAnswer: true, pace: { firstTokenMs: 5, tokenMs: 5 } });
    service = await startService({
      ...simulatedProviders(simulator),
      DETACH_GRACE_MS: '150',
      MAX_RUNNING_PER_USER: '1000',
      LOG_LEVEL: 'warn',
      ...REPORTING_HEAP,
    });
  });
  afterAll(async () => {
    await service.stop();
    await simulator.close();
  });

  /** What a user has used of the rate limit stays in memory for a while: that is no leak, and few users take little. */
  const fewUsers = () => `user-${Math.floor(Math.random() * 20)}`;

  /** Asks in one of the ways there are, and is gone after some milliseconds, wherever the answer is then. */
  async function aborting(): Promise<void> {
    const signal = AbortSignal.timeout(Math.floor(Math.random() * 60));
    const policy = [{ on_disconnect: 'cancel' }, {}][Math.floor(Math.random() * 2)];
    const body = {
      ...freshSession(),
      user_id: fewUsers(),
      message: 'echo: one two three four five six seven eight',
      ...policy,
    };
    const asJson = Math.random() < 0.2;
    try {
      if (asJson) {
        const headers = { 'content-type': 'application/json' };
        await fetch(`${service.url}/rr-chat`, { method: 'POST', headers, body: JSON.stringify(body), signal });
        return;
      }
      const response = await ask(service.url, body, { signal });
      const first = await readUntil(response, ({ type }) => type === 'delta' || type === 'reasoning');
      await allEvents(await attach(service.url, answerIdOf(response), first.at(-1)?.cursor, signal));
    } catch {
      // Aborted.
    }
  }

  async function abortAll(count: number): Promise<void> {
    const asking = Array.from({ length: 25 }, async () => {
      for (let i = 0; i < count / 25; i++) await aborting();
    });
    await Promise.all(asking);
    const open = ['rondo_open_streams', 'rondo_running_answers'];
    for (const gauge of open) await eventually(async () => (await scrape(service.url, gauge)) === 0, 20_000);
    await eventually(() => simulator.all.every((provider) => provider.running() === 0));
  }

  const files = async () => (await readdir(`/proc/${service.pid}/fd`)).length;
  const timers = () => scrape(service.url, 'nodejs_active_resources', { type: 'Timeout' });

  const heap = async () => (await heapOf(service)).heap_used;

  /** What warms up grows once; what leaks grows by as much at every thousand. */
  async function expectFlat(before: number): Promise<void> {
    const sizes = [before, await heap()];
    const grown = () => sizes.at(-1)! - sizes.at(-2)!;
    while (grown() > MB && sizes.length < 4) {
      await abortAll(1_000);
      sizes.push(await heap());
    }
    expect(grown()).toBeLessThanOrEqual(MB);
  }

  it('leave no socket, timer, listener, answer or memory behind', async () => {
    await abortAll(250);
    const before = { files: await files(), timers: await timers(), heap: await heap() };
    await abortAll(1_000);
    // Connections that are kept for the next request go by themselves.
    await eventually(async () => (await files()) <= before.files + 3, 15_000);
    await eventually(async () => (await timers()) <= before.timers + 1, 15_000);
    await expectFlat(before.heap);
    expect(service.output()).not.toMatch(/MaxListeners|unhandled|"level":(50|60)/i);
    const response = await ask(service.url, { ...freshSession(), message: 'echo: still here' });
    expect(joined(await allEvents(response))).toBe('still here');
  });
});
