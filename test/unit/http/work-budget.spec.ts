import { once } from 'node:events';
import { connect, type Server, type Socket } from 'node:net';
import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Body, Controller, Get, HttpCode, Post } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { loadConfig } from '../../../src/config/environment.js';
import { ProblemException } from '../../../src/http/problem.exception.js';
import { WorkBudget } from '../../../src/http/work-budget.js';
import { eventually } from '../../support/eventually.js';
import { expectProblem } from '../../support/expect-problem.js';
import { startHttpApp, type HttpApp } from '../../support/http-app.js';

/** More than the buffers of the system take. */
const LARGE = 48 * 1024 * 1024;
const TEXT = { 'content-type': 'text/plain' };

const budget = (env: Record<string, string> = {}) =>
  new WorkBudget(loadConfig({ RONDO_ENV_FILE: '', GROQ_API_KEY: 'gsk_test', ...env }));

/** Bytes of objects that are still needed. */
function heapInUse(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return getHeapStatistics().used_heap_size;
}

/** The most bytes that may be taken now. */
function roomIn(all: WorkBudget): number {
  let [least, most] = [0, all.bytes];
  while (least < most) {
    const bytes = Math.ceil((least + most) / 2);
    try {
      all.check(bytes);
      least = bytes;
    } catch {
      most = bytes - 1;
    }
  }
  return least;
}

@Controller('notes')
class NotesController {
  @HttpCode(200)
  @Post()
  create(@Body() { text }: Record<string, string>): { length: number } {
    return { length: text?.length ?? 0 };
  }

  @Get()
  large(): { text: string } {
    return { text: 'x'.repeat(LARGE) };
  }
}

describe('the budget of bytes', () => {
  it('is an eighth of the heap, at most 256 MiB', () => {
    expect(budget().bytes).toBeGreaterThan(8 * 1024 * 1024);
    expect(budget().bytes).toBeLessThanOrEqual(256 * 1024 * 1024);
  });

  it('refuses more bytes than are left, and takes them after a release', () => {
    const all = budget();
    const held = all.take(all.bytes - 10);
    expect(() => all.take(11)).toThrow(ProblemException);
    const rest = all.take(10);
    expect(() => all.check(1)).toThrow('too much in hand');
    rest.resize(3);
    all.take(7);
    held.release();
    held.release();
    const again = all.take(all.bytes - 10);
    expect(() => all.take(1)).toThrow(ProblemException);
    again.release();
  });

  it('gives an address a quarter where addresses are told apart', () => {
    const all = budget({ TRUST_PROXY: '1' });
    const quarter = Math.floor(all.bytes / 4);
    const held = all.take(quarter, '203.0.113.1');
    expect(() => all.take(2, '203.0.113.1')).toThrow(ProblemException);
    all.take(quarter, '203.0.113.2');
    held.release();
    all.take(quarter, '203.0.113.1');
    const own = budget();
    own.take(own.bytes, '127.0.0.1');
  });
});

describe('the text of a running answer', () => {
  it('counts with its length until it is forgotten', async () => {
    const all = budget();
    const text = { length: all.bytes - 10 };
    all.watchText(text);
    expect(() => all.take(11)).toThrow(ProblemException);
    all.take(10).release();
    all.forgetText(text);
    await eventually(() => hasRoom(all, all.bytes));
  });

  it('is too long when all texts exceed the budget and it exceeds its even share', async () => {
    const all = budget({ MAX_RUNNING_ANSWERS: '4' });
    const share = all.bytes / 4;
    const [long, even, short] = [{ length: 2 * share }, { length: share }, { length: 1 }];
    all.watchText(long);
    all.watchText(even);
    expect(all.isTooLong(long)).toBe(false);
    const another = { length: 2 * share };
    all.watchText(another);
    await eventually(() => all.isTooLong(long));
    expect([long, even, short, another].map((text) => all.isTooLong(text))).toEqual([true, false, false, true]);
  });

  it('is not too long when bodies use up the budget', () => {
    const all = budget({ MAX_RUNNING_ANSWERS: '4' });
    const text = { length: all.bytes / 2 };
    all.watchText(text);
    all.take(all.bytes / 2);
    expect(all.isTooLong(text)).toBe(false);
    expect(hasRoom(all, 1)).toBe(false);
  });
});

function hasRoom(all: WorkBudget, bytes: number, address = ''): boolean {
  try {
    all.check(bytes, address);
    return true;
  } catch {
    return false;
  }
}

describe('the body of a request', () => {
  let app: HttpApp;
  let all: WorkBudget;
  beforeAll(async () => {
    app = await startHttpApp({ controllers: [NotesController] }, { TRUST_PROXY: '1' });
    all = app.nest.get(WorkBudget);
  });
  afterAll(() => app.close());

  const post = (length: number) => app.call('/notes', { method: 'POST', json: { text: 'a'.repeat(length) } });

  it('is refused before it is read while there is no room, and taken later', async () => {
    const others = all.take(all.bytes - 10_000);
    const refused = await post(20_000);
    expectProblem(refused, 503, 'overloaded');
    expect(Number(refused.headers['retry-after'])).toBeGreaterThanOrEqual(1);
    expect((await post(5_000)).status).toBe(200);
    expect((await app.call('/notes', { method: 'POST', body: 'text', headers: TEXT })).status).toBe(400);
    others.release();
    expect((await post(20_000)).status).toBe(200);
    all.take(all.bytes).release();
  });

  it('counts with the largest size until it was read, where its length is unknown', async () => {
    const others = all.take(all.bytes - 10_000);
    const socket = connect(Number(new URL(app.url).port), '127.0.0.1');
    const answer = once(socket, 'data');
    const head = 'POST /notes HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n';
    socket.write(`${head}Transfer-Encoding: chunked\r\n\r\ne\r\n{"text":"abc"}\r\n0\r\n\r\n`);
    expect(String((await answer)[0])).toMatch(/^HTTP\/1.1 503 /);
    socket.destroy();
    others.release();
  });

  const open = (head: string) => {
    const socket = connect(Number(new URL(app.url).port), '127.0.0.1').on('error', () => undefined);
    const lines = 'POST /notes HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n';
    socket.write(`${lines}${head}\r\n\r\n`);
    return socket;
  };

  it('takes no room from others while little of it has arrived', async () => {
    const before = all.bytes - roomIn(all);
    const sockets = ['Content-Length: 1000000', 'Transfer-Encoding: chunked'].map(open);
    sockets[0]?.write('{"text":"');
    sockets[1]?.write('9\r\n{"text":"\r\n');
    await eventually(() => all.bytes - roomIn(all) > before);
    expect(all.bytes - roomIn(all)).toBeLessThan(before + 64 * 1024);
    sockets.forEach((socket) => socket.destroy());
    await eventually(() => all.bytes - roomIn(all) === before);
  });

  it('is refused when the room runs out while it arrives', async () => {
    const socket = open('Content-Length: 1000000');
    const answer = once(socket, 'data');
    const before = roomIn(all);
    socket.write('{"text":"');
    await eventually(() => roomIn(all) < before);
    const others = all.take(roomIn(all) - 10_000);
    socket.write('a'.repeat(100_000));
    expect(String((await answer)[0])).toMatch(/^HTTP\/1.1 503 /);
    socket.destroy();
    others.release();
    await eventually(() => roomIn(all) === before);
  });

  it('is not kept in the pieces in which it arrives, which take much more memory', async () => {
    const connection = once(app.nest.getHttpServer() as Server, 'connection');
    const socket = open('Transfer-Encoding: chunked');
    const [served] = (await connection) as [Socket];
    const before = heapInUse();
    for (let n = 0; n < 100; n++) socket.write('1\r\na\r\n'.repeat(2_000));
    await eventually(() => served.bytesRead > 100 * 12_000, 20_000);
    // Kept in a list, 200,000 pieces take 140 bytes each.
    expect(heapInUse() - before).toBeLessThan(8 * 1024 * 1024);
    socket.destroy();
  });

  it('counts with the unsent bytes of its response, in all and for its address', async () => {
    const socket = connect(Number(new URL(app.url).port), '127.0.0.1').pause();
    socket.write('GET /notes HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: 203.0.113.1\r\n\r\n');
    const unsent = LARGE / 4;
    const quarter = Math.floor(all.bytes / 4);
    await eventually(() => !hasRoom(all, all.bytes - unsent));
    expect(hasRoom(all, quarter - unsent, '203.0.113.1')).toBe(false);
    expect(hasRoom(all, quarter - unsent, '203.0.113.2')).toBe(true);
    socket.destroy();
    await eventually(() => hasRoom(all, all.bytes - unsent) && hasRoom(all, quarter - unsent, '203.0.113.1'));
  });
});
