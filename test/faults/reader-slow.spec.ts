import { once } from 'node:events';
import { connect } from 'node:net';
import { createParser } from 'eventsource-parser';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { AnswerEvent } from '../../src/wire/answer-event.js';
import { startSimulator, type Simulator } from '../../simulator/provider-simulator.js';
import { freshSession } from '../support/conversations.js';
import { eventually } from '../support/eventually.js';
import { allEvents, ask, attach, joined } from '../support/events.js';
import { preloading } from '../support/preload.js';
import { scrape } from '../support/scrape.js';
import { openReader, type SocketReader } from '../support/socket-reader.js';
import { simulatedProviders, startService, type Service } from '../support/service.js';

const READERS = 8;
/** As text, as an event, and as bytes for the socket, with garbage that was not collected yet. */
const BYTES_PER_UNREAD_CHAR = 8;
const MiB = 1024 * 1024;
const SHORT = Array.from({ length: 30 }, (_, index) => `word${index}`).join(' ');

describe('a reader that does not keep up', () => {
  let simulator: Simulator;
  let service: Service;
  beforeAll(async () => {
    simulator = await startSimulator({ sameAnswer: true, reasoning: 'never', pace: 'instant' });
    service = await startService({ ...simulatedProviders(simulator), MAX_OUTPUT_TOKENS: '100000', LOG_LEVEL: 'warn' });
  });
  afterEach(() => simulator.clear());
  afterAll(async () => {
    await service.stop();
    await simulator.close();
  });

  const open = (body: Record<string, unknown>, paused: boolean) =>
    openReader(`${service.url}/rr-chat/stream`, { body: { ...freshSession(), ...body }, paused });
  const textOf = (reader: SocketReader) => joined(reader.events().map(({ event }) => event));
  const memory = () => scrape(service.url, 'process_resident_memory_bytes');

  it('holds no more than its answer, slows nobody down, and gets it whole once it reads', async () => {
    // More than the system's socket buffers take, so that the rest has to wait in the service.
    const line = 3_000_000;
    for (const provider of simulator.all)
      for (const afterTokens of [1, 2])
        await provider.fault({ kind: 'text', longLineBytes: line, afterTokens, match: 'large' });
    const before = await memory();
    const stuck = await Promise.all(Array.from({ length: READERS }, () => open({ message: 'echo: large' }, true)));
    await eventually(async () => (await scrape(service.url, 'rondo_running_answers')) === 0, 30_000);
    expect(await scrape(service.url, 'rondo_open_streams')).toBe(READERS);
    expect((await memory()) - before).toBeLessThan(READERS * 2 * line * BYTES_PER_UNREAD_CHAR + 100 * MiB);

    simulator.configure({ pace: { firstTokenMs: 0, tokenMs: 10 } });
    const askedAt = performance.now();
    expect(joined(await allEvents(await ask(service.url, { ...freshSession(), message: `echo: ${SHORT}` })))).toBe(
      SHORT,
    );
    expect(performance.now() - askedAt).toBeLessThan(60 * 10 + 2_000);
    simulator.configure({ pace: 'instant' });

    for (const reader of stuck) reader.resume();
    expect(await Promise.all(stuck.map(({ closed }) => closed))).toEqual(stuck.map(() => true));
    const whole = joined(await allEvents(await attach(service.url, String(stuck[0]?.answerId))));
    expect(whole).toHaveLength('large'.length + 2 * line);
    expect(stuck.filter((reader) => textOf(reader) !== whole)).toHaveLength(0);
  });

  it('gets every character once, however little it reads at a time', async () => {
    const message = 'Write 60 kb about lists.';
    const trickled = eventsOf(await trickle(service.url, { ...freshSession(), message }, 1_024));
    const whole = await allEvents(await ask(service.url, { ...freshSession(), message }));
    expect(joined(trickled) === joined(whole)).toBe(true);
    expect(joined(whole).length).toBeGreaterThan(50_000);
    expect(trickled.at(-1)?.type).toBe('done');
  });
});

describe('a reader that reads nothing for minutes (here: a hundredth of them)', () => {
  it('is let go of, no longer counts as a reader, and gets the rest when it comes back', async () => {
    const simulator = await startSimulator({ sameAnswer: true, reasoning: 'never', pace: 'instant' });
    const shortened = preloading('shorten-response-timeouts.mjs');
    const service = await startService({ ...simulatedProviders(simulator), ...shortened, LOG_LEVEL: 'warn' });
    try {
      for (const provider of simulator.all)
        await provider.fault({ kind: 'text', longLineBytes: 6_000_000, afterTokens: 1 });
      const body = { ...freshSession(), message: 'echo: large answer' };
      const stuck = await openReader(`${service.url}/rr-chat/stream`, { body, paused: true });
      await eventually(async () => (await scrape(service.url, 'rondo_running_answers')) === 0, 10_000);
      expect(await scrape(service.url, 'rondo_open_streams')).toBe(1);
      await eventually(async () => (await scrape(service.url, 'rondo_open_streams')) === 0, 10_000);
      stuck.resume();
      expect(await stuck.closed).toBe(false);
      const rest = await allEvents(await attach(service.url, stuck.answerId, stuck.events().at(-1)?.cursor));
      const text = joined(stuck.events().map(({ event }) => event)) + joined(rest);
      expect(text === `large${'x'.repeat(6_000_000)} answer`).toBe(true);
    } finally {
      await service.stop();
      await simulator.close();
    }
  });
});

function eventsOf(stream: string): AnswerEvent[] {
  const list: AnswerEvent[] = [];
  const parser = createParser({ onEvent: ({ data }) => list.push(JSON.parse(data) as AnswerEvent) });
  parser.feed(stream);
  return list;
}

/** A response's body, read so many bytes at a time with a pause after each; as HTTP/1.0, which knows no chunks. */
async function trickle(url: string, question: Record<string, unknown>, bytes: number): Promise<string> {
  const { hostname, port, host } = new URL(url);
  const body = JSON.stringify(question);
  const received: Buffer[] = [];
  const socket = connect({
    host: hostname,
    port: Number(port),
    onread: {
      buffer: Buffer.alloc(bytes),
      callback: (length, buffer) => {
        received.push(Buffer.from(buffer.subarray(0, length)));
        setTimeout(() => socket.resume(), 2);
        return false;
      },
    },
  });
  socket.write(`POST /rr-chat/stream HTTP/1.0\r\nHost: ${host}\r\nContent-Type: application/json\r\n`);
  socket.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  await once(socket, 'close');
  const text = Buffer.concat(received).toString('utf8');
  return text.slice(text.indexOf('\r\n\r\n') + 4);
}
