import { appendFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { runScript } from '../support/child-script.js';
import { freshSession, history, lastAnswer } from '../support/conversations.js';
import { eventually } from '../support/eventually.js';
import { allEvents, ask, joined, only } from '../support/events.js';
import { useServices } from '../support/service-stage.js';
import { mayMount, smallDisk, type SmallDisk } from '../support/small-disk.js';
import { openReader, type SocketReader } from '../support/socket-reader.js';

const LOCKED_MS = 3_000;
const TEXT = Array.from({ length: 100 }, (_, index) => `word${index}`).join(' ');

const stage = useServices({ pace: { firstTokenMs: 0, tokenMs: 20 } });

const requestsWith = (text: string) =>
  stage.simulator.all
    .flatMap((provider) => provider.requests())
    .filter(({ body }) => JSON.stringify(body).includes(text));
const reading = (session: ReturnType<typeof freshSession>, message: string) =>
  openReader(`${stage.service.url}/rr-chat/stream`, { body: { ...session, message } });
const textOf = (reader: SocketReader) => joined(reader.events().map(({ event }) => event));
const ready = () => fetch(`${stage.service.url}/health/ready`).then(({ ok }) => ok);

/** The longest time between two pieces of text, in ms. */
function longestGap(reader: SocketReader): number {
  const times = reader.events().flatMap(({ event, at }) => (event.type === 'delta' ? [at] : []));
  return Math.max(...times.slice(1).map((at, index) => at - (times[index] ?? at)));
}

describe('a database that another program has locked for three seconds', () => {
  it('delays no running answer, and new questions only until it is free', async () => {
    await stage.start();
    const session = freshSession();
    const running = await reading(session, `echo: ${TEXT}`);
    await eventually(() => textOf(running) !== '');
    const locker = runScript('history/lock-database.ts', stage.folder.file, String(LOCKED_MS));
    await locker.nextLine();
    const lockedAt = performance.now();

    const asked = ask(stage.service.url, { ...freshSession(), message: 'echo: waited' });
    // What is only read is there all the while.
    expect(await lastAnswer(stage.service.url, session)).toMatchObject({ status: 'streaming' });
    expect(performance.now() - lockedAt).toBeLessThan(1_000);
    await eventually(() => requestsWith('waited').length === 1);
    expect(performance.now() - lockedAt).toBeLessThan(LOCKED_MS - 500);
    const response = await asked;
    expect(performance.now() - lockedAt).toBeGreaterThan(LOCKED_MS - 500);
    expect(response.status).toBe(200);
    expect(joined(await allEvents(response))).toBe('waited');

    expect(await running.closed).toBe(true);
    expect(textOf(running)).toBe(TEXT);
    // One that waited for the lock would have a gap as long as the lock.
    expect(longestGap(running)).toBeLessThan(LOCKED_MS / 2);
    await eventually(async () => (await lastAnswer(stage.service.url, session))?.content === TEXT);
    expect(await locker.ended()).toBe(0);
  });
});

describe('a database that stays locked', () => {
  it('has questions refused, and nothing is left of what was asked meanwhile', async () => {
    await stage.start({ MAX_RUNNING_ANSWERS: '1' });
    const locker = runScript('history/lock-database.ts', stage.folder.file, '8000');
    await locker.nextLine();
    const session = freshSession();
    const refused = await ask(stage.service.url, {
      ...session,
      message: `echo: never ${TEXT} ${TEXT} ${TEXT} ${TEXT}`,
    });
    expect(refused.status).toBe(503);
    expect(await refused.json()).toMatchObject({ code: 'history_unavailable' });
    expect(requestsWith('never')).toHaveLength(1);
    await eventually(() => stage.simulator.all.every((provider) => provider.running() === 0));
    const metrics = await (await fetch(`${stage.service.url}/metrics`)).text();
    expect(metrics).toMatch(/^rondo_running_answers 0$/m);

    expect(await locker.ended()).toBe(0);
    // Its place and its session are free, and the history knows nothing of it.
    const next = await ask(stage.service.url, { ...session, message: 'echo: free again' });
    expect(joined(await allEvents(next))).toBe('free again');
    expect(await history(stage.service.url, session)).toHaveLength(2);
  });
});

if (!mayMount()) console.log('not run: a full disk (needs the right to mount a small file system, as root has)');
else
  describe('a disk that is full', () => {
    let disk: SmallDisk;
    let filler: string;
    beforeAll(() => {
      disk = smallDisk(3 * 1024);
      filler = join(disk.path, 'filler');
    });
    afterAll(() => disk.remove());

    function fill(): void {
      writeFileSync(filler, '');
      // In steps down to single bytes, so that nothing is left.
      for (const size of [65_536, 4_096, 256, 16, 1]) {
        try {
          for (;;) appendFileSync(filler, Buffer.alloc(size, 'x'));
        } catch (error) {
          expect((error as NodeJS.ErrnoException).code).toBe('ENOSPC');
        }
      }
    }

    it('is told of by health, a log line and a counter though nobody asks, until there is room', async () => {
      await stage.start({ DATABASE_URL: `sqlite://${join(disk.path, 'idle.db')}` });
      await allEvents(await ask(stage.service.url, { ...freshSession(), message: 'echo: hello' }));
      fill();
      const refused = await eventually(async () => {
        const response = await ask(stage.service.url, { ...freshSession(), message: 'echo: no room '.repeat(500) });
        return response.status === 503 ? response : undefined;
      });
      expect(await refused.json()).toMatchObject({ code: 'history_unavailable' });
      const health = async (path: string) => {
        const response = await fetch(`${stage.service.url}${path}`);
        return { status: response.status, body: (await response.json()) as unknown };
      };
      const down = { database: { status: 'down', code: 'SQLITE_FULL' } };
      for (const path of ['/health', '/health/ready'])
        expect(await health(path)).toMatchObject({ status: 503, body: { error: down } });
      const failures = async () => {
        const metrics = await (await fetch(`${stage.service.url}/metrics`)).text();
        return Number(/^rondo_history_write_failures_total (\d+)$/m.exec(metrics)?.[1]);
      };
      const counted = await failures();
      expect(counted).toBeGreaterThan(0);
      await eventually(async () => (await failures()) > counted);
      expect(await health('/health/ready')).toMatchObject({ status: 503 });
      const lines = stage.service.logLines().filter(({ code }) => code === 'SQLITE_FULL');
      expect(lines).toHaveLength(1);
      expect(lines[0]).toMatchObject({ level: 'error', context: 'History' });

      rmSync(filler);
      await eventually(ready);
      const next = await ask(stage.service.url, { ...freshSession(), message: 'echo: room again' });
      expect(joined(await allEvents(next))).toBe('room again');
      expect(await stage.service.stop()).toBe(0);
      for (const name of readdirSync(disk.path)) rmSync(join(disk.path, name));
    });

    it('takes nothing from running answers, refuses new ones, and is caught up with when there is room', async () => {
      await stage.start({ DATABASE_URL: `sqlite://${join(disk.path, 'rondo.db')}` });
      const [session, other] = [freshSession(), freshSession()];
      const running = await Promise.all([reading(session, `echo: ${TEXT}`), reading(other, `echo: ${TEXT}`)]);
      await eventually(() => running.every((reader) => textOf(reader) !== ''));
      fill();

      const refused = await eventually(async () => {
        const response = await ask(stage.service.url, { ...freshSession(), message: 'echo: no room '.repeat(500) });
        if (response.status === 503) return response;
        await allEvents(response);
        return undefined;
      }, 20_000);
      expect(refused.headers.get('content-type')).toBe('application/problem+json');
      expect(await refused.json()).toMatchObject({ code: 'history_unavailable' });

      for (const reader of running) {
        expect(await reader.closed).toBe(true);
        expect(textOf(reader)).toBe(TEXT);
        expect(
          only(
            reader.events().map(({ event }) => event),
            'done',
          ).finish_reason,
        ).toBe('stop');
      }
      rmSync(filler);
      for (const each of [session, other])
        await eventually(async () => {
          const answer = await lastAnswer(stage.service.url, each);
          return answer?.status === 'complete' && answer.content === TEXT;
        }, 15_000);
      const next = await ask(stage.service.url, { ...freshSession(), message: 'echo: room again' });
      expect(joined(await allEvents(next))).toBe('room again');
      await eventually(ready);
      expect(await stage.service.stop()).toBe(0);
    });
  });
