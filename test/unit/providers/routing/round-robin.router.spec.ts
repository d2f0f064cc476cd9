import { describe, expect, it } from '@jest/globals';
import { RoundRobinRouter } from '../../../../src/providers/routing/round-robin.router.js';
import type { Candidate, Readiness } from '../../../../src/providers/routing/router.js';
import { silentProvider } from '../../../support/providers.js';

const candidates = (...readiness: Readiness[]): Candidate[] =>
  readiness.map((state, index) => ({ provider: providers[index]!, readiness: state }));
const providers = ['a', 'b', 'c'].map(silentProvider);
const names = (router: RoundRobinRouter, list: Candidate[]) =>
  router
    .order(list)
    .map(({ name }) => name)
    .join('');

describe('RoundRobinRouter', () => {
  it('selects each provider in turn and puts the others behind it in their order', () => {
    const router = new RoundRobinRouter();
    const list = candidates('ready', 'ready', 'ready');
    expect([1, 2, 3, 4].map(() => names(router, list))).toEqual(['abc', 'bca', 'cab', 'abc']);
  });

  it('gives 300 requests over three providers 100 each', () => {
    const router = new RoundRobinRouter();
    const selected = Array.from({ length: 300 }, () => names(router, candidates('ready', 'ready', 'ready'))[0]);
    expect(['a', 'b', 'c'].map((name) => selected.filter((other) => other === name).length)).toEqual([100, 100, 100]);
  });

  it('stays exact among the rest while one is away', () => {
    const router = new RoundRobinRouter();
    const list = candidates('ready', 'last-resort', 'ready');
    expect([1, 2, 3, 4].map(() => names(router, list))).toEqual(['acb', 'cab', 'acb', 'cab']);
  });

  it('never orders a resting provider', () => {
    const router = new RoundRobinRouter();
    expect(names(router, candidates('resting', 'ready', 'resting'))).toBe('b');
    expect(names(router, candidates('resting', 'resting', 'resting'))).toBe('');
  });

  it('falls back to the last resorts, in turn too', () => {
    const router = new RoundRobinRouter();
    const list = candidates('last-resort', 'resting', 'last-resort');
    expect([1, 2].map(() => names(router, list))).toEqual(['ac', 'ca']);
  });
});
