import { describe, expect, it } from '@jest/globals';
import { RoundRobinRouter } from '../../../../src/providers/routing/round-robin.router.js';
import type { Candidate, Health, RoutingQuestion } from '../../../../src/providers/routing/router.js';
import { silentProvider } from '../../../support/providers.js';

const providers = ['a', 'b', 'c'].map(silentProvider);
const candidates = (...healths: Health[]): Candidate[] =>
  healths.map((health, index) => {
    const provider = providers[index]!;
    return { provider, model: provider.model, health, fits: true, allowed: true };
  });
const question = (list: Candidate[]): RoutingQuestion => ({ request: { messages: [] }, caller: {}, candidates: list });
const names = (order: readonly Candidate[]) => order.map(({ provider }) => provider.name).join('');
const order = (router: RoundRobinRouter, list: Candidate[]) => names(router.order(question(list)));

describe('RoundRobinRouter', () => {
  it('selects each provider in turn and puts the others behind it in their order', () => {
    const router = new RoundRobinRouter();
    const list = candidates('up', 'up', 'up');
    expect([1, 2, 3, 4].map(() => order(router, list))).toEqual(['abc', 'bca', 'cab', 'abc']);
  });

  it('gives 300 requests over three providers 100 each', () => {
    const router = new RoundRobinRouter();
    const selected = Array.from({ length: 300 }, () => order(router, candidates('up', 'up', 'up'))[0]);
    expect(['a', 'b', 'c'].map((name) => selected.filter((other) => other === name).length)).toEqual([100, 100, 100]);
  });

  it('stays exact among the rest while one is away', () => {
    const router = new RoundRobinRouter();
    const list = candidates('up', 'down', 'up');
    expect([1, 2, 3, 4].map(() => order(router, list))).toEqual(['acb', 'cab', 'acb', 'cab']);
  });

  it('never orders a resting provider', () => {
    const router = new RoundRobinRouter();
    expect(order(router, candidates('resting', 'up', 'resting'))).toBe('b');
    expect(order(router, candidates('resting', 'resting', 'resting'))).toBe('');
  });

  it('falls back to the last resorts, in turn too', () => {
    const router = new RoundRobinRouter();
    const list = candidates('cooling', 'resting', 'down');
    expect([1, 2].map(() => order(router, list))).toEqual(['ac', 'ca']);
  });

  it('never orders a provider that does not fit or is not allowed, and keeps the turns of the others', () => {
    const router = new RoundRobinRouter();
    const [a, b, c] = candidates('up', 'up', 'up') as [Candidate, Candidate, Candidate];
    expect([1, 2].map(() => order(router, [a, { ...b, fits: false }, c]))).toEqual(['ac', 'ca']);
    expect([1, 2].map(() => order(router, [a, b, { ...c, allowed: false }]))).toEqual(['ab', 'ba']);
  });

  it('takes no turn when the same answer is ordered again', () => {
    const router = new RoundRobinRouter();
    expect(order(router, candidates('up', 'up', 'up'))).toBe('abc');
    expect(names(router.reorder(question(candidates('resting', 'down', 'up'))))).toBe('cb');
    expect(order(router, candidates('up', 'up', 'up'))).toBe('bca');
  });
});
