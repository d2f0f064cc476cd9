import { describe, expect, it } from '@jest/globals';
import { loadConfig } from '../../../src/config/environment.js';
import { ProblemException } from '../../../src/http/problem.exception.js';
import { WorkBudget } from '../../../src/http/work-budget.js';

const budget = (env: Record<string, string> = {}) =>
  new WorkBudget(loadConfig({ RONDO_ENV_FILE: '', GROQ_API_KEY: 'gsk_test', ...env }));

describe('the budget of bytes in hand', () => {
  it('is an eighth of the heap, and 256 MiB at most', () => {
    expect(budget().bytes).toBeGreaterThan(8 * 1024 * 1024);
    expect(budget().bytes).toBeLessThanOrEqual(256 * 1024 * 1024);
  });

  it('refuses what is more than is left, and takes it once something was given back', () => {
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

  it('gives an address a quarter, where addresses are told apart', () => {
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
