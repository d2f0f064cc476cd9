import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ProviderError, type FailureKind } from '../../../../src/providers/provider-error.js';
import { ProviderState } from '../../../../src/providers/routing/provider-state.js';

const failure = (kind: FailureKind, more: { retryAfterMs?: number; unusable?: boolean; suspect?: boolean } = {}) =>
  new ProviderError({ kind, code: 'provider_unavailable', message: kind, ...more });

/** Fails `times` in a row, each attempt beginning when the one before failed. */
function failInARow(state: ProviderState, kind: FailureKind, times: number, from = 0): number {
  let now = from;
  for (let i = 0; i < times; i++) state.fail(failure(kind), now, (now += 10));
  return now;
}

describe('ProviderState', () => {
  it.each(['server', 'timeout', 'protocol'] as const)('cools after three %s failures in a row', (kind) => {
    const state = new ProviderState();
    failInARow(state, kind, 2);
    expect(state.health).toBe('up');
    failInARow(state, kind, 1, 20);
    expect([state.health, state.healthAt(100)]).toEqual(['cooling', 'cooling']);
  });

  it('starts counting again after a success', () => {
    const state = new ProviderState();
    failInARow(state, 'server', 2);
    state.succeed(25, 30);
    failInARow(state, 'server', 2, 40);
    expect(state.health).toBe('up');
  });

  it('cools when half of at least ten recent attempts failed, though never three in a row', () => {
    const state = new ProviderState();
    for (let now = 0; now < 90; now += 20) {
      state.fail(failure('server'), now, now + 5);
      state.succeed(now + 10, now + 15);
    }
    expect(state.health).toBe('up');
    state.fail(failure('server'), 100, 105);
    expect(state.health).toBe('cooling');
  });

  it.each(['caller', 'misfit'] as const)('does not count a %s failure', (kind) => {
    const state = new ProviderState();
    failInARow(state, kind, 20);
    expect(state.health).toBe('up');
  });

  it('rests for as long as a rate limit says', () => {
    const state = new ProviderState();
    state.fail(failure('rate', { retryAfterMs: 1_500 }), 0, 100);
    expect([state.health, state.healthAt(1_599), state.retryAt]).toEqual(['cooling', 'resting', 1_600]);
    expect(state.healthAt(1_600)).toBe('cooling');
  });

  it('doubles the rest from 5 s to 5 min where a rate limit says nothing', () => {
    const state = new ProviderState();
    const rests: number[] = [];
    for (let now = 0; rests.length < 8; now = state.retryAt) {
      state.fail(failure('rate'), now, now);
      rests.push((state.retryAt - now) / 1_000);
    }
    expect(rests).toEqual([5, 10, 20, 40, 80, 160, 300, 300]);
  });

  it('goes down at once when only its operator can help, and is probed every five minutes', () => {
    for (const error of [failure('credentials', { unusable: true }), failure('misfit', { unusable: true })]) {
      const state = new ProviderState();
      state.fail(error, 0, 0);
      expect([state.health, state.healthAt(0), state.retryAt]).toEqual(['down', 'down', 300_000]);
    }
  });

  it('stays up on a suspicion, until a probe confirms it', () => {
    for (const kind of ['credentials', 'misfit'] as const) {
      const state = new ProviderState();
      failInARow(state, kind, 5);
      state.fail(failure(kind, { suspect: true }), 100, 100);
      expect(state.health).toBe('up');
      state.fail(failure(kind, { suspect: true }), 200, 200, true);
      expect(state.health).toBe('down');
    }
  });

  it('tells why it is not up, and since when', () => {
    const state = new ProviderState();
    expect(state.code).toBeUndefined();
    const now = failInARow(state, 'server', 3);
    expect([state.health, state.code, state.since]).toEqual(['cooling', 'provider_unavailable', now]);
    state.fail(new ProviderError({ kind: 'timeout', code: 'provider_timeout', message: 'x' }), now, now + 10);
    expect([state.code, state.since]).toEqual(['provider_timeout', now]);
    const auth = { kind: 'credentials', code: 'provider_auth', message: 'x', unusable: true } as const;
    state.fail(new ProviderError(auth), now + 20, now + 20);
    state.fail(failure('timeout'), now + 30, now + 30);
    expect([state.health, state.code, state.since]).toEqual(['down', 'provider_auth', now + 20]);
    state.succeed(now + 40, now + 50);
    expect([state.health, state.code]).toEqual(['up', undefined]);
  });

  it('comes up with the first success that started after the trouble', () => {
    const state = new ProviderState();
    const now = failInARow(state, 'server', 3);
    state.succeed(now - 1, now + 5);
    expect(state.health).toBe('cooling');
    state.succeed(now + 10, now + 20);
    expect(state.health).toBe('up');
  });

  it('counts many attempts that run into the same trouble as one failure', () => {
    const alone = new ProviderState();
    failInARow(alone, 'timeout', 3);
    const crowd = new ProviderState();
    const now = failInARow(crowd, 'timeout', 3);
    for (let i = 0; i < 100; i++) crowd.fail(failure('timeout'), 0, now);
    expect(crowd.retryAt).toBeLessThan(alone.retryAt * 1.6);
  });

  it('prolongs a cool-down only by probes, not by answers that retry meanwhile', () => {
    const state = new ProviderState();
    const now = failInARow(state, 'server', 3);
    const first = state.retryAt;
    expect(first).toBeLessThanOrEqual(now + 1_200);
    failInARow(state, 'server', 20, now);
    expect(state.retryAt).toBe(first);
    state.fail(failure('server'), first, first + 10, true);
    expect(state.retryAt - first).toBeGreaterThan(1_500);
    expect(state.retryAt - first).toBeLessThan(2_500);
  });

  it('never shortens a cool-down by a later failure', () => {
    const kinds = fc.constantFrom<FailureKind>('server', 'timeout', 'protocol', 'rate', 'credentials');
    const step = fc.record({
      kind: kinds,
      retryAfterMs: fc.option(fc.nat(60_000), { nil: undefined }),
      later: fc.nat(5_000),
    });
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 30 }), (steps) => {
        const state = new ProviderState();
        let now = 0;
        for (const { kind, retryAfterMs, later } of steps) {
          const before = state.health === 'up' ? 0 : state.retryAt;
          now += later;
          state.fail(failure(kind, retryAfterMs === undefined ? {} : { retryAfterMs }), now, now);
          expect(state.retryAt).toBeGreaterThanOrEqual(before);
        }
      }),
    );
  });
});
