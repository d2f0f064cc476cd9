import { describe, expect, it } from '@jest/globals';
import { HistoryUnavailableError } from '../../../../src/history/history-store.js';
import { ReadGate } from '../../../../src/history/typeorm/read-gate.js';

const never = () => new Promise<never>(() => undefined);

describe('ReadGate', () => {
  it('gives what was read, and passes failures on', async () => {
    const gate = new ReadGate({ limit: 9 });
    await expect(gate.run(() => Promise.resolve('row'))).resolves.toBe('row');
    await expect(gate.run(() => Promise.reject(new Error('no such table')))).rejects.toThrow('no such table');
  });

  it('refuses a read that the database does not answer', async () => {
    await expect(new ReadGate({ limit: 9, deadlineMs: 20 }).run(never)).rejects.toThrow(HistoryUnavailableError);
  });

  it('refuses at once what is more than it may hold, and takes reads again when some have ended', async () => {
    const gate = new ReadGate({ limit: 2 });
    const { promise, resolve } = Promise.withResolvers<string>();
    const running = [gate.run(() => promise), gate.run(() => promise)];
    await expect(gate.run(never)).rejects.toThrow('too many reads wait');
    resolve('row');
    await Promise.all(running);
    await expect(gate.run(() => Promise.resolve('next'))).resolves.toBe('next');
  });

  it('lets no more of them run at once than it may, the others in order, and refuses those too in time', async () => {
    const gate = new ReadGate({ limit: 9, atOnce: 2, deadlineMs: 50 });
    const begun: number[] = [];
    const gates = [0, 1, 2, 3].map(() => Promise.withResolvers<undefined>());
    const reads = gates.map(({ promise }, n) => gate.run(() => (begun.push(n), promise)));
    expect(begun).toEqual([0, 1]);
    const ends = Promise.allSettled(reads);
    gates[1]?.resolve(undefined);
    await reads[1];
    expect(begun).toEqual([0, 1, 2]);
    expect((await ends).map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'rejected', 'rejected']);
    expect(begun).toEqual([0, 1, 2]);
  });
});
