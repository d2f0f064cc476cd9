import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { O200kCounter, type CounterLimits } from '../../../../src/providers/tokens/o200k.counter.js';

const LIMITS: CounterLimits = { timeoutMs: 20_000, idleMs: 20_000, maxQueuedUnits: 100_000, restAfterFailureMs: 0 };

let folder = '';
const counters: O200kCounter[] = [];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rondo-tokens-'));
});

afterEach(async () => {
  await Promise.all(counters.splice(0).map((counter) => counter.close()));
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

function counter(limits: Partial<CounterLimits> = {}, threadSource?: string): O200kCounter {
  const made = new O200kCounter(
    { ...LIMITS, ...limits },
    threadSource === undefined ? undefined : thread(threadSource),
  );
  counters.push(made);
  return made;
}

/** A thread that runs `source`, a module that already has `parentPort` and `existsSync`. */
function thread(source: string): URL {
  const path = join(folder, `${String(counters.length)}-${String(Date.now())}.mjs`);
  const imports =
    "import { parentPort } from 'node:worker_threads';\nimport { existsSync, writeFileSync } from 'node:fs';\n";
  writeFileSync(path, imports + source);
  return pathToFileURL(path);
}

describe('O200kCounter', () => {
  it('counts in its own thread', async () => {
    const counts = counter();
    expect(await Promise.all([counts.count('hello world'), counts.count(''), counts.count('hello')])).toEqual([
      2, 0, 1,
    ]);
  });

  it('counts control tokens as text', async () => {
    expect(await counter().count('<|endoftext|>')).toBeGreaterThan(1);
  });

  it('starts again after it was closed or idle', async () => {
    const counts = counter({ idleMs: 1 });
    expect(await counts.count('hello')).toBe(1);
    await counts.close();
    expect(await counts.count('hello')).toBe(1);
  });

  it('refuses a text beyond its queue, and counts it once there is room', async () => {
    const counts = counter({ maxQueuedUnits: 10 });
    const first = counts.count('0123456789');
    await expect(counts.count('a')).rejects.toThrow('queue full');
    await first;
    expect(await counts.count('hello')).toBe(1);
  });

  it('gives up on a thread that does not answer', async () => {
    await expect(counter({ timeoutMs: 50 }, 'parentPort.on("message", () => {});').count('a')).rejects.toThrow(
      'too long',
    );
  });

  it.each([
    ['throws', 'throw new Error("boom")', 'boom'],
    ['throws no error', 'throw "boom"', 'the thread failed: boom'],
    ['ends', 'process.exit(0)', 'the thread ended'],
  ])('rejects what waits when the thread %s', async (_, source, message) => {
    const counts = counter({}, `parentPort.on('message', () => { ${source} });`);
    const outcomes = await Promise.allSettled([counts.count('a'), counts.count('b')]);
    expect(outcomes.map((outcome) => outcome.status === 'rejected' && String(outcome.reason))).toEqual([
      expect.stringContaining(message),
      expect.stringContaining(message),
    ]);
  });

  it('starts another thread after one died', async () => {
    const mark = JSON.stringify(join(folder, 'died-once'));
    const counts = counter(
      {},
      `parentPort.on('message', () => {
        if (existsSync(${mark})) return parentPort.postMessage(7);
        writeFileSync(${mark}, ''); process.exit(1);
      });`,
    );
    await expect(counts.count('a')).rejects.toThrow('ended');
    expect(await counts.count('a')).toBe(7);
  });

  it('loses only the count that takes too long', async () => {
    const counts = counter(
      { timeoutMs: 2_000 },
      `parentPort.on('message', (runs) => { if (runs[0] !== 'stuck') parentPort.postMessage(7); });`,
    );
    const stuck = counts.count('stuck');
    const behind = counts.count('behind it');
    await expect(stuck).rejects.toThrow('too long');
    expect(await behind).toBe(7);
  });

  it('counts the shortest of those that wait first', async () => {
    const counts = counter();
    const order: string[] = [];
    const lengths = { first: 10, long: 900, short: 20 };
    await Promise.all(
      Object.entries(lengths).map(async ([name, length]) => {
        await counts.count('a'.repeat(length));
        order.push(name);
      }),
    );
    expect(order).toEqual(['first', 'short', 'long']);
  });

  it('counts a long text by sample, within some per cent', async () => {
    const text = Array.from({ length: 60_000 }, (_, i) => `The tide number ${i} rises, и снова падает. `).join('');
    const counts = counter();
    const half = 30_000;
    const parts = [];
    for (let at = 0; at < text.length; at += half) parts.push(await counts.count(text.slice(at, at + half)));
    const whole = parts.reduce((sum, tokens) => sum + tokens, 0);
    expect(Math.abs((await counts.count(text)) / whole - 1)).toBeLessThan(0.03);
  });

  it('rests after a failure instead of starting threads in vain', async () => {
    const counts = counter({ restAfterFailureMs: 60_000 }, 'process.exit(1);');
    await expect(counts.count('a')).rejects.toThrow('ended');
    await expect(counts.count('a')).rejects.toThrow('resting');
  });
});
