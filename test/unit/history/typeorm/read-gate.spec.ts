import { describe, expect, it } from '@jest/globals';
import { HistoryUnavailableError } from '../../../../src/history/history-store.js';
import { ReadGate } from '../../../../src/history/typeorm/read-gate.js';

const never = () => new Promise<never>(() => undefined);

describe('ReadGate', () => {
  it('gives what was read, and passes failures on', async () => {
    const gate = new ReadGate(1_000);
    await expect(gate.run(() => Promise.resolve('row'))).resolves.toBe('row');
    await expect(gate.run(() => Promise.reject(new Error('no such table')))).rejects.toThrow('no such table');
  });

  it('refuses a read that the database does not answer', async () => {
    await expect(new ReadGate(20).run(never)).rejects.toThrow(HistoryUnavailableError);
  });

  it('refuses at once what is more than it may hold, and takes reads again when some have ended', async () => {
    const gate = new ReadGate(60_000, 2);
    const { promise, resolve } = Promise.withResolvers<string>();
    const running = [gate.run(() => promise), gate.run(() => promise)];
    await expect(gate.run(never)).rejects.toThrow('too many reads wait');
    resolve('row');
    await Promise.all(running);
    await expect(gate.run(() => Promise.resolve('next'))).resolves.toBe('next');
  });
});
