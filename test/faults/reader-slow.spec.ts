import { once } from 'node:events';
import { connect } from 'node:net';
import { createParser } from 'eventsource-parser';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { AnswerEvent } from '../../src/wire/answer-event.js';
import { startSimulator, type Simulator } from '../../simulator/provider-simulator.js';
import { freshSession, readUntil, stop } from '../support/conversations.js';
import { eventually } from '../support/eventually.js';
import { allEvents, ask, attach, joined } from '../support/events.js';
import { heapOf, REPORTING_HEAP } from '../support/heap.js';
import { scrape } from '../support/scrape.js';
import { openReader, type SocketReader } from '../support/socket-reader.js';
import { simulatedProviders, startService, type Service } from '../support/service.js';

const MiB = 1024 * 1024;
/** More than the system's socket buffers take, so that the rest has to wait in the service. */
const LINE = 3_000_000;
const LONG = 2 * LINE + 'large'.length;
/** What waits in its socket, and all that it takes to know its place. */
const MOST_PER_READER = 0.5 * MiB;
/** Of the text of finished answers, for all readers together; and one answer more. */
const MOST_KEPT = 32 * MiB + LONG;
const SLACK = 10 * MiB;
/** So many that all their answers would be much more than that. */
const MANY = 20;

let simulator: Simulator;
let service: Service;
beforeAll(async () => {
  simulator = await startSimulator({ sameAnswer: true, reasoning: 'never', pace: 'instant' });
  service = await startService({
    ...simulatedProviders(simulator),
    ...REPORTING_HEAP,
    MAX_OUTPUT_TOKENS: '100000',
    LOG_LEVEL: 'warn',
  });
});
afterEach(async () => {
  await simulator.clear();
  simulator.configure({ pace: 'instant' });
  for (const reader of readers.splice(0)) reader.leave();
  await eventually(async () => (await scrape(service.url, 'rondo_open_streams')) === 0);
});
afterAll(async () => {
  await service.stop();
  await simulator.close();
});

const readers: SocketReader[] = [];
function seated(reader: SocketReader): SocketReader {
  readers.push(reader);
  return reader;
}

/** Answers to questions about something large are of {@link LONG} characters. */
async function speakLong(): Promise<void> {
  for (const provider of simulator.all)
    for (const afterTokens of [1, 2])
      await provider.fault({ kind: 'text', longLineBytes: LINE, afterTokens, match: 'large' });
}

const asking = async (message: string, paused: boolean) =>
  seated(await openReader(`${service.url}/rr-chat/stream`, { body: { ...freshSession(), message }, paused }));
const attaching = async (id: string, paused: boolean) =>
  seated(await openReader(`${service.url}/rr-chat/stream/${id}`, { method: 'GET', paused }));
const textOf = (reader: SocketReader) => joined(reader.events().map(({ event }) => event));
const idle = () => eventually(async () => (await scrape(service.url, 'rondo_running_answers')) === 0, 30_000);

async function held(): Promise<number> {
  const { heap_used, buffers } = await heapOf(service);
  return heap_used + buffers;
}

/** That they get their answers whole once they read. */
async function expectWhole(readers: readonly SocketReader[], of = LONG): Promise<void> {
  for (const reader of readers) reader.resume();
  expect(await Promise.all(readers.map(({ closed }) => closed))).toEqual(readers.map(() => true));
  expect(readers.map((reader) => textOf(reader).length)).toEqual(readers.map(() => of));
  expect(readers.filter((reader) => textOf(reader) !== textOf(readers[0]!))).toHaveLength(0);
}

describe('readers that read nothing', () => {
  it('of answers of their own hold little each, and get all once they read', async () => {
    await speakLong();
    await (
      await asking('echo: large', false)
    ).closed;
    await idle();
    const before = await held();
    const stuck: SocketReader[] = [];
    for (let i = 0; i < MANY; i++) stuck.push(await asking('echo: large', true));
    await idle();
    expect(await scrape(service.url, 'rondo_open_streams')).toBe(stuck.length);
    // It takes a moment until what has just ended is let go of.
    await eventually(async () => (await held()) - before < MOST_KEPT + MANY * MOST_PER_READER + SLACK);
    await expectWhole(stuck);
  });

  it('of one answer, running or finished, hold little each, even where there are a hundred of them', async () => {
    await speakLong();
    const before = await held();
    const first = await asking('echo: large', true);
    const stuck = [first];
    for (let i = 0; i < 99; i++) stuck.push(await attaching(first.answerId, true));
    await idle();
    expect(await scrape(service.url, 'rondo_open_streams')).toBe(stuck.length);
    await eventually(async () => (await held()) - before < LONG + stuck.length * MOST_PER_READER + SLACK);
    for (const reader of stuck.splice(10)) reader.leave();
    await expectWhole(stuck);
  });

  it('of many finished answers hold no more than there is room for, and get all once they read', async () => {
    await speakLong();
    const before = await held();
    const ids: string[] = [];
    for (let i = 0; i < MANY; i++) {
      const reader = await asking('echo: large', false);
      await reader.closed;
      ids.push(reader.answerId);
    }
    await idle();
    const stuck = await Promise.all(ids.map((id) => attaching(id, true)));
    await eventually(async () => (await held()) - before < MOST_KEPT + MANY * MOST_PER_READER + SLACK);
    await expectWhole(stuck);
    await eventually(async () => (await scrape(service.url, 'rondo_open_streams')) === 0);
    await eventually(async () => (await held()) - before < SLACK);
  });
});

describe('a reader that does not keep up', () => {
  it('catches up with a running answer and then follows it', async () => {
    await speakLong();
    simulator.configure({ pace: { firstTokenMs: 0, tokenMs: 10 } });
    const words = Array.from({ length: 2_000 }, (_, index) => `word${index}`).join(' ');
    const reader = await asking(`echo: large ${words}`, true);
    const other = await attach(service.url, reader.answerId);
    let heard = '';
    await readUntil(other, (event) => {
      // A word may be cut anywhere: how much comes together depends on how busy the machine is.
      if (event.type === 'delta') heard = (heard + event.content).slice(-100);
      return heard.includes('word50');
    });
    reader.resume();
    await eventually(() => textOf(reader).includes('word60'), 15_000);
    expect(await scrape(service.url, 'rondo_running_answers')).toBe(1);
    await stop(service.url, reader.answerId);
    expect(await reader.closed).toBe(true);
    const whole = joined(await allEvents(await attach(service.url, reader.answerId)));
    expect(textOf(reader) === whole && whole.includes('word60')).toBe(true);
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
