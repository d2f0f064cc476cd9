import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import type { ChatProvider } from '../../../../src/providers/chat-provider.js';
import type { Misfit } from '../../../../src/providers/completion-options.js';
import { ProviderError, type ProviderFailure } from '../../../../src/providers/provider-error.js';
import { AttemptTrail } from '../../../../src/providers/routing/attempt-trail.js';
import { ProviderTracker } from '../../../../src/providers/routing/provider-tracker.js';
import { Route } from '../../../../src/providers/routing/route.js';
import { Router, type Candidate } from '../../../../src/providers/routing/router.js';
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

/** A policy that puts the named providers first, in this order, whatever their health; the others are left out. */
class ListedRouter extends Router {
  constructor(private readonly list: string) {
    super();
  }

  override order({ candidates }: { candidates: readonly Candidate[] }): Candidate[] {
    return [...this.list].flatMap((name) => candidates.filter(({ provider }) => provider.name === name));
  }
}

/** The trail of an answer whose first round asks the providers that `order` names. */
function trailOf(order: string, tracker = trackerOf(), pinned?: string): AttemptTrail {
  const asked = { request: { messages: [] }, caller: {}, ...(pinned === undefined ? {} : { pinned }) };
  return new AttemptTrail(new Route(new ListedRouter(order), tracker, asked));
}

/** The candidate fails that the trail would ask next. */
function failNext(trail: AttemptTrail, failure: ProviderError): void {
  fail(trail, trail.next()!, failure);
}

function fail(trail: AttemptTrail, candidate: Candidate, failure: ProviderError): void {
  trail.failed({ error: failure, attempt: trail.start(candidate, { messages: [] }) });
}

function candidate(provider: ChatProvider): Candidate {
  return { provider, model: provider.model, health: 'up', fits: true, allowed: true };
}

/** Does not take what is asked. */
function misfitting(name: string, misfit: Misfit): ChatProvider {
  return { ...silentProvider(name), misfit: () => misfit };
}

/** Takes a provider out of the rotation in the way that this kind of failure does. */
function trouble(tracker: ProviderTracker, { name }: ChatProvider, kind: 'server' | 'rate' | 'credentials') {
  const failures = kind === 'server' ? 3 : 1;
  for (let n = 0; n < failures; n++) tracker.failed(name, error(kind, undefined, 60_000), performance.now());
}

/** Who is asked if everyone fails with `failure`. */
function asked(trail: AttemptTrail, failure = error('server')): string {
  let names = '';
  for (let next = trail.next(); next !== undefined; next = trail.next()) {
    names += next.provider.name;
    fail(trail, next, failure);
  }
  return names;
}

describe('the next provider', () => {
  it('is each of the order, once', () => {
    expect(asked(trailOf('bca'))).toBe('bca');
  });

  it('is the one that the policy put there, even if it is down', () => {
    for (const kind of ['server', 'credentials'] as const) {
      const tracker = trackerOf();
      trouble(tracker, a, kind);
      expect(asked(trailOf('abc', tracker))).toBe('abc');
    }
  });

  it('is one that started to cool or went down meanwhile only when nobody else is left', () => {
    for (const kind of ['server', 'credentials'] as const) {
      const tracker = trackerOf();
      const trail = trailOf('abc', tracker);
      trouble(tracker, a, kind);
      expect(asked(trail)).toBe('bca');
    }
  });

  it('is never one whose rate limit was reached meanwhile', () => {
    const tracker = trackerOf();
    const trail = trailOf('abc', tracker);
    trail.next();
    trouble(tracker, b, 'rate');
    expect(asked(trail)).toBe('c');
  });

  it('is the pinned one in any state, and nobody else', () => {
    for (const kind of ['server', 'rate', 'credentials'] as const) {
      const tracker = trackerOf();
      trouble(tracker, a, kind);
      expect(asked(trailOf('', tracker, 'a'))).toBe('a');
    }
  });

  it('is never one that does not take the request, in any round', () => {
    const tracker = trackerOf([misfitting('a', { field: 'tools' }), b, c]);
    const trail = trailOf('abc', tracker);
    expect(asked(trail)).toBe('bc');
    trouble(tracker, c, 'server');
    trail.nextRound();
    expect(asked(trail)).toBe('bc');
    expect(asked(trailOf('', tracker, 'a'))).toBe('');
  });

  it('is nobody after a mistake of the caller', () => {
    expect(asked(trailOf('abc'), error('caller', 'content_filtered'))).toBe('a');
  });

  it('is only one with a larger window where the conversation was too long', () => {
    const sizes = [8_000, 4_000, 16_000, 8_000].map((size, n) => scriptedProvider(`${n}`, () => throwing(), size));
    const trail = trailOf('0123', trackerOf(sizes));
    expect(asked(trail, error('caller', 'context_length_exceeded'))).toBe('02');
  });

  it('is the same one once more for a retry', () => {
    const trail = trailOf('ab');
    failNext(trail, error('server'));
    trail.retry();
    expect(trail.next()?.provider).toBe(a);
    expect(trail.next()?.provider).toBe(b);
    expect(trail.retried).toBe(true);
  });
});

describe('a later round', () => {
  const again = (trail: AttemptTrail) => {
    trail.nextRound();
    return asked(trail);
  };

  it('asks everybody who failed temporarily, and whoever rested until now', () => {
    const trail = trailOf('ba');
    expect(asked(trail)).toBe('ba');
    expect(again(trail)).toBe('bac');
  });

  it('asks those that are up by then before those that are not', () => {
    const tracker = trackerOf();
    const trail = trailOf('abc', tracker);
    expect(asked(trail)).toBe('abc');
    trouble(tracker, a, 'server');
    expect(again(trail)).toBe('bca');
  });

  it('asks nobody whose failure is permanent or who has nothing to say', () => {
    for (const kind of ['misfit', 'credentials', 'empty'] as const) {
      const trail = trailOf('abc');
      failNext(trail, error(kind));
      expect(asked(trail)).toBe('bc');
      expect(again(trail)).toBe('bc');
    }
  });

  it('asks a rate-limited provider only after its probe has answered', () => {
    const tracker = trackerOf([a]);
    const trail = trailOf('a', tracker);
    tracker.failed('a', error('rate', 'provider_rate_limited', 1), performance.now());
    fail(trail, candidate(a), error('rate'));
    trail.nextRound();
    expect(trail.next()).toBeUndefined();
    tracker.succeeded('a', performance.now());
    expect(trail.next()?.provider).toBe(a);
  });

  it('asks only whoever is admitted', () => {
    expect(trailOf('abc').next((name) => name === 'c')?.provider).toBe(c);
  });
});

describe('the verdict', () => {
  /** After these failures, while `resting` has its rest. */
  const verdictOf = (failures: ProviderError[], resting?: ChatProvider, cutShort = false, pinned?: string) => {
    const tracker = trackerOf();
    const trail = trailOf('abc', tracker, pinned);
    failures.forEach((failure, n) => fail(trail, candidate(providers[n]!), failure));
    if (resting !== undefined) rest(tracker, resting.name, 4_000);
    return { code: trail.verdict(cutShort).code, retryAfterMs: retryMsOf(trail, cutShort) };
  };
  /** To a tenth of a second: time passes meanwhile. */
  const retryMsOf = (trail: AttemptTrail, cutShort = false) => {
    const { retryAfterMs } = trail.verdict(cutShort);
    return retryAfterMs === undefined ? undefined : Math.ceil(retryAfterMs / 100) * 100;
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

  it('is the rate limit, and its end, where all have reached theirs', () => {
    expect(verdictOf([rate, rate, rate], c)).toEqual({ code: 'provider_rate_limited', retryAfterMs: 4_000 });
    expect(verdictOf([], c)).toEqual({ code: 'provider_rate_limited', retryAfterMs: 4_000 });
  });

  it('does not call a request invalid that a resting provider might have taken', () => {
    expect(verdictOf([misfit, misfit], c)).toEqual({ code: 'all_providers_failed', retryAfterMs: 4_000 });
  });

  it('is the failure of the pinned provider', () => {
    expect(verdictOf([rate], a, false, 'a')).toEqual({ code: 'provider_rate_limited', retryAfterMs: 9_000 });
    expect(verdictOf([error('timeout', 'provider_timeout')], undefined, true).code).toBe('provider_timeout');
  });

  it('takes the retry time from the probe where the time that the pinned provider gave is over', async () => {
    const tracker = trackerOf();
    const trail = trailOf('', tracker, 'a');
    failNext(trail, error('rate', 'provider_rate_limited', 1));
    await delay(2);
    rest(tracker, 'a', 40_000);
    expect(retryMsOf(trail)).toBe(40_000);
  });

  it('names who refuses which field, whether it was asked or known not to take it', () => {
    const known = misfitting('known', { field: 'response_format', why: 'it has no `json_schema`' });
    const trail = trailOf('a', trackerOf([known, a]));
    failNext(trail, new ProviderError({ kind: 'misfit', code: 'invalid_request', message: 'x', field: 'tools' }));
    const { code, field, message } = trail.verdict(false);
    expect([code, field]).toEqual(['invalid_request', 'response_format']);
    expect(message).toContain('known does not take `response_format` (it has no `json_schema`)');
    expect(message).toContain(`${a.name} does not take \`tools\``);
  });

  it('names the model as a field only where a provider is pinned', () => {
    const gone = new ProviderError({ kind: 'misfit', code: 'invalid_request', message: 'x', field: 'model' });
    const tools = new ProviderError({ kind: 'misfit', code: 'invalid_request', message: 'x', field: 'tools' });
    const fieldOf = (pinned: boolean, ...failures: ProviderError[]) => {
      const trail = trailOf('abc', trackerOf(), pinned ? 'a' : undefined);
      for (const failure of failures) failNext(trail, failure);
      return trail.verdict(false).field;
    };
    expect([fieldOf(true, gone), fieldOf(false, gone, misfit), fieldOf(false, gone, misfit, tools)]).toEqual([
      'model',
      undefined,
      'tools',
    ]);
  });

  it('is the rate limit where the only provider that fits rests', () => {
    const known = misfitting('known', { field: 'stop' });
    const alone = trailOf('known', trackerOf([known]));
    expect(alone.verdict(false)).toMatchObject({ code: 'invalid_request', field: 'stop' });
    const tracker = trackerOf([known, a]);
    rest(tracker, 'a', 4_000);
    expect(trailOf('', tracker).verdict(false).code).toBe('provider_rate_limited');
  });

  it('is given in our own words', () => {
    const trail = trailOf('a');
    const secret = new ProviderError({ kind: 'server', code: 'provider_unavailable', message: 'sk-secret' });
    failNext(trail, secret);
    expect(trail.verdict(false).message).not.toContain('sk-secret');
  });
});

/** Its rate limit is used up for so long. */
function rest(tracker: ProviderTracker, name: string, forMs: number): void {
  tracker.failed(name, error('rate', 'provider_rate_limited', forMs), performance.now());
}

function throwing(): never {
  throw new Error('was asked');
}
