import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import type { ChatProvider } from '../../../../src/providers/chat-provider.js';
import { ProviderError, type ProviderFailure } from '../../../../src/providers/provider-error.js';
import { Attempt } from '../../../../src/providers/routing/attempt.js';
import { AttemptTrail } from '../../../../src/providers/routing/attempt-trail.js';
import { ProviderTracker } from '../../../../src/providers/routing/provider-tracker.js';
import type { ErrorCode } from '../../../../src/wire/answer-event.js';
import { SimpleMetrics } from '../../../../src/metrics/simple.metrics.js';
import { scriptedProvider, silentProvider } from '../../../support/providers.js';

const providers = ['a', 'b', 'c'].map(silentProvider);
const [a, b, c] = providers as [ChatProvider, ChatProvider, ChatProvider];

Logger.overrideLogger(false);
const trackers: ProviderTracker[] = [];
afterEach(() => {
  for (const tracker of trackers.splice(0)) tracker.onApplicationShutdown();
});

function trackerOf(list: readonly ChatProvider[] = providers): ProviderTracker {
  const tracker = new ProviderTracker(list, new SimpleMetrics());
  trackers.push(tracker);
  return tracker;
}

function error(kind: ProviderFailure['kind'], code: ErrorCode = 'provider_unavailable', retryAfterMs?: number) {
  const unusable = kind === 'credentials';
  const wait = retryAfterMs === undefined ? {} : { retryAfterMs };
  return new ProviderError({ kind, code, message: kind, unusable, ...wait });
}

const fail = (trail: AttemptTrail, provider: ChatProvider, failure: ProviderError) =>
  trail.failed({ provider, error: failure, attempt: new Attempt(trail.number(), provider, provider.model) });

/** Takes a provider out of the rotation in the way that this kind of failure does. */
function trouble(tracker: ProviderTracker, { name }: ChatProvider, kind: 'server' | 'rate' | 'credentials') {
  const failures = kind === 'server' ? 3 : 1;
  for (let n = 0; n < failures; n++) tracker.failed(name, error(kind, undefined, 60_000), performance.now());
}

/** Who is asked if everyone fails with `failure`. */
function asked(trail: AttemptTrail, tracker: ProviderTracker, failure = error('server')): string {
  let names = '';
  for (let next = trail.next(tracker); next !== undefined; next = trail.next(tracker)) {
    names += next.name;
    fail(trail, next, failure);
  }
  return names;
}

describe('who is asked next', () => {
  it('is each of the order, once', () => {
    expect(asked(new AttemptTrail({ order: [b, c, a] }), trackerOf())).toBe('bca');
  });

  it('is one that is cooling or down only when nobody else is left', () => {
    for (const kind of ['server', 'credentials'] as const) {
      const tracker = trackerOf();
      trouble(tracker, a, kind);
      expect(asked(new AttemptTrail({ order: [a, b, c] }), tracker)).toBe('bca');
    }
  });

  it('is never one that rests for its rate limit, not even if that came up meanwhile', () => {
    const tracker = trackerOf();
    const trail = new AttemptTrail({ order: [a, b, c] });
    trail.next(tracker);
    trouble(tracker, b, 'rate');
    expect(asked(trail, tracker)).toBe('c');
  });

  it('is the pinned one in any state, and nobody else', () => {
    for (const kind of ['server', 'rate', 'credentials'] as const) {
      const tracker = trackerOf();
      trouble(tracker, a, kind);
      expect(asked(new AttemptTrail({ order: [a], pinned: true }), tracker)).toBe('a');
    }
  });

  it('is nobody after the mistake of the caller', () => {
    expect(asked(new AttemptTrail({ order: [a, b, c] }), trackerOf(), error('caller', 'content_filtered'))).toBe('a');
  });

  it('is only one with a larger window where the conversation was too long', () => {
    const sizes = [8_000, 4_000, 16_000, 8_000].map((size, n) => scriptedProvider(`${n}`, () => throwing(), size));
    const trail = new AttemptTrail({ order: sizes });
    expect(asked(trail, trackerOf(sizes), error('caller', 'context_length_exceeded'))).toBe('02');
  });

  it('is the same once more when it is to be asked again', () => {
    const tracker = trackerOf();
    const trail = new AttemptTrail({ order: [a, b] });
    fail(trail, trail.next(tracker)!, error('server'));
    trail.retry();
    expect(trail.next(tracker)).toBe(a);
    expect(trail.next(tracker)).toBe(b);
    expect(trail.retried).toBe(true);
  });
});

describe('who is asked in another round', () => {
  const again = (trail: AttemptTrail, tracker: ProviderTracker) => {
    trail.nextRound();
    return asked(trail, tracker);
  };

  it('is each of them that failed in passing, also one that rested until now', () => {
    const tracker = trackerOf();
    const trail = new AttemptTrail({ order: [b, a], everyone: providers });
    expect(asked(trail, tracker)).toBe('ba');
    expect(again(trail, tracker)).toBe('bac');
  });

  it('is nobody whose failure lasts, and nobody who has nothing to say', () => {
    const tracker = trackerOf();
    for (const kind of ['misfit', 'credentials', 'empty'] as const) {
      const trail = new AttemptTrail({ order: providers });
      fail(trail, trail.next(tracker)!, error(kind));
      expect(asked(trail, tracker)).toBe('bc');
      expect(again(trail, tracker)).toBe('bc');
    }
  });

  it('is, after a rate limit, one whose probe has answered', () => {
    const tracker = trackerOf([a]);
    tracker.failed('a', error('rate', 'provider_rate_limited', 1), performance.now());
    const trail = new AttemptTrail({ order: [a] });
    fail(trail, a, error('rate', 'provider_rate_limited', 1));
    trail.nextRound();
    expect(trail.next(tracker)).toBeUndefined();
    tracker.succeeded('a', performance.now());
    expect(trail.next(tracker)).toBe(a);
  });

  it('is whoever is let in', () => {
    const tracker = trackerOf();
    const trail = new AttemptTrail({ order: providers });
    expect(trail.next(tracker, ({ name }) => name === 'c')).toBe(c);
  });
});

describe('the verdict', () => {
  const verdictOf = (failures: ProviderError[], soonestRetryMs?: number, cutShort = false, pinned = false) => {
    const trail = new AttemptTrail({ order: providers, pinned });
    failures.forEach((failure, n) => fail(trail, providers[n]!, failure));
    const { code, retryAfterMs } = trail.verdict(soonestRetryMs, cutShort);
    return { code, retryAfterMs };
  };
  const rate = error('rate', 'provider_rate_limited', 9_000);
  const misfit = error('misfit', 'invalid_request');

  it.each<[string, ProviderError[], ErrorCode]>([
    ['all failed in different ways', [error('server'), error('timeout'), rate], 'all_providers_failed'],
    ['a single one failed', [error('server')], 'all_providers_failed'],
    ['all misfit', [misfit, misfit, misfit], 'invalid_request'],
    ['one refused the content', [error('server'), error('caller', 'content_filtered')], 'content_filtered'],
    ['one misfit, one was down', [misfit, error('server')], 'all_providers_failed'],
    ['keys were refused', [error('credentials', 'provider_auth')], 'all_providers_failed'],
    [
      'the conversation was too long for one and misfit the others',
      [error('caller', 'context_length_exceeded'), misfit],
      'context_length_exceeded',
    ],
  ])('where %s', (_, failures, code) => {
    expect(verdictOf(failures)).toEqual({ code, retryAfterMs: undefined });
  });

  it('is the rate limit, and until when, where all were at it', () => {
    expect(verdictOf([rate, rate, rate], 4_000)).toEqual({ code: 'provider_rate_limited', retryAfterMs: 4_000 });
    expect(verdictOf([], 4_000)).toEqual({ code: 'provider_rate_limited', retryAfterMs: 4_000 });
  });

  it('does not call a request invalid that a resting provider might have taken', () => {
    expect(verdictOf([misfit, misfit], 4_000)).toEqual({ code: 'all_providers_failed', retryAfterMs: 4_000 });
  });

  it('is what happened to the only one that was to be asked', () => {
    expect(verdictOf([rate], 4_000, false, true)).toEqual({ code: 'provider_rate_limited', retryAfterMs: 9_000 });
    expect(verdictOf([error('timeout', 'provider_timeout')], undefined, true).code).toBe('provider_timeout');
  });

  it('goes by what the probe of the only one was told where the rest that it asked for is over', async () => {
    const trail = new AttemptTrail({ order: [a], pinned: true });
    fail(trail, a, error('rate', 'provider_rate_limited', 1));
    await delay(2);
    expect(trail.verdict(40_000, false).retryAfterMs).toBe(40_000);
  });

  it('names who does not take what, whether it was asked or known not to', () => {
    const trail = new AttemptTrail({
      order: [a],
      misfits: [{ provider: 'known', field: 'response_format', why: 'it has no `json_schema`' }],
    });
    fail(trail, a, new ProviderError({ kind: 'misfit', code: 'invalid_request', message: 'x', field: 'tools' }));
    const { code, field, message } = trail.verdict(undefined, false);
    expect([code, field]).toEqual(['invalid_request', 'response_format']);
    expect(message).toContain('known does not take `response_format` (it has no `json_schema`)');
    expect(message).toContain(`${a.name} does not take \`tools\``);
  });

  it('names the model as a field only where somebody was named', () => {
    const gone = new ProviderError({ kind: 'misfit', code: 'invalid_request', message: 'x', field: 'model' });
    const tools = new ProviderError({ kind: 'misfit', code: 'invalid_request', message: 'x', field: 'tools' });
    const fieldOf = (pinned: boolean, ...failures: ProviderError[]) => {
      const trail = new AttemptTrail({ order: providers, pinned });
      failures.forEach((failure, n) => fail(trail, providers[n]!, failure));
      return trail.verdict(undefined, false).field;
    };
    expect([fieldOf(true, gone), fieldOf(false, gone, misfit), fieldOf(false, gone, misfit, tools)]).toEqual([
      'model',
      undefined,
      'tools',
    ]);
  });

  it('waits for those that rest where nobody else fits', () => {
    const misfits = [{ provider: 'known', field: 'stop' }];
    expect(new AttemptTrail({ order: [], misfits }).verdict(undefined, false)).toMatchObject({
      code: 'invalid_request',
      field: 'stop',
    });
    expect(new AttemptTrail({ order: [], misfits }).verdict(4_000, false).code).toBe('provider_rate_limited');
  });

  it('is told in our own words', () => {
    const trail = new AttemptTrail({ order: providers });
    const secret = new ProviderError({ kind: 'server', code: 'provider_unavailable', message: 'sk-secret' });
    fail(trail, a, secret);
    expect(trail.verdict(undefined, false).message).not.toContain('sk-secret');
  });
});

function throwing(): never {
  throw new Error('was asked');
}
