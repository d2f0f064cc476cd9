import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { SimpleMetrics } from '../../../../src/metrics/simple.metrics.js';
import type { CompletionPart } from '../../../../src/providers/completion.js';
import { ProviderError, type ProviderFailure } from '../../../../src/providers/provider-error.js';
import { ProviderTracker } from '../../../../src/providers/routing/provider-tracker.js';
import { eventually } from '../../../support/eventually.js';
import { scriptedProvider } from '../../../support/providers.js';

type Reply = ProviderFailure | 'silence' | 'a token';

const logged: string[] = [];
let tracker: ProviderTracker;
let probes: string[];
let replies: Record<string, Reply>;

/** What two providers `a` and `b` say to a probe is in {@link replies}. */
beforeEach(() => {
  const line = (_message: unknown, text: unknown) => void logged.push(String(text));
  Logger.overrideLogger({ log: line, warn: line, error: line });
  logged.length = 0;
  probes = [];
  replies = { a: 'a token', b: 'a token' };
  const providers = ['a', 'b'].map((name) =>
    scriptedProvider(name, async function* (_request, signal): AsyncGenerator<CompletionPart[], void> {
      probes.push(name);
      const reply = replies[name]!;
      if (typeof reply === 'object') throw new ProviderError(reply);
      if (reply === 'silence') await new Promise((_, reject) => signal.addEventListener('abort', reject));
      yield [{ type: 'text', text: '!' }];
    }),
  );
  tracker = new ProviderTracker(providers, new SimpleMetrics());
});
afterEach(() => tracker.onApplicationShutdown());

const stateOf = (name: string) => tracker.list().find((provider) => provider.name === name)?.state;

/** The provider asks to be left alone for so long: after that it is probed. */
const restFor = (name: string, retryAfterMs: number) =>
  tracker.failed(
    name,
    new ProviderError({ kind: 'rate', code: 'provider_rate_limited', message: 'rate', retryAfterMs }),
    performance.now(),
  );

/** A refusal speaks against the provider in words that may be a caller's. */
const suspect = (name: string) =>
  tracker.failed(
    name,
    new ProviderError({ kind: 'credentials', code: 'provider_auth', message: '403', suspect: true }),
    performance.now(),
  );

const probesOf = (name: string) => probes.filter((probed) => probed === name).length;

/** Time passes, until `b` has rested so many times one after the other. */
async function untilRested(times: number): Promise<void> {
  for (let n = 0; n < times; n++) {
    const before = probesOf('b');
    restFor('b', 5);
    await eventually(() => probesOf('b') > before && stateOf('b') === 'up');
  }
}

describe('ProviderTracker', () => {
  it('probes a provider when its time has come, and sets it up once it answers', async () => {
    restFor('a', 5);
    expect(stateOf('a')).toBe('cooling');
    await eventually(() => stateOf('a') === 'up');
    expect(probes).toEqual(['a']);
  });

  it('sends one probe at a time, however often the provider fails meanwhile', async () => {
    replies['a'] = 'silence';
    restFor('a', 1);
    await eventually(() => probesOf('a') === 1);
    for (let n = 0; n < 5; n++) {
      restFor('a', 1);
      await untilRested(1);
    }
    expect(probesOf('a')).toBe(1);
  });

  it('does not probe a provider that came back by itself', async () => {
    restFor('a', 10);
    tracker.succeeded('a', performance.now());
    expect(stateOf('a')).toBe('up');
    await untilRested(5);
    expect(probesOf('a')).toBe(0);
  });

  it('stops probing when the service ends', async () => {
    restFor('a', 5);
    tracker.onApplicationShutdown();
    const restedAt = performance.now() + 5;
    await eventually(() => performance.now() > restedAt + 10);
    expect(probes).toEqual([]);
  });

  it('sets a provider up that only rejects the probe itself', async () => {
    replies['a'] = { kind: 'misfit', code: 'invalid_request', message: 'too short' };
    restFor('a', 5);
    await eventually(() => stateOf('a') === 'up');
  });

  it('sets a provider down whose probe is refused for its key', async () => {
    replies['a'] = { kind: 'credentials', code: 'provider_auth', message: 'key', unusable: true };
    restFor('a', 5);
    await eventually(() => stateOf('a') === 'down');
    expect(tracker.list()[0]?.retryAt).toBeGreaterThan(Date.now() + 200_000);
  });

  it('probes a suspect at once, but rarely, and leaves it up if it answers', async () => {
    for (let n = 0; n < 5; n++) suspect('a');
    expect(stateOf('a')).toBe('up');
    await eventually(() => probesOf('a') === 1);
    await untilRested(3);
    suspect('a');
    await untilRested(1);
    expect([stateOf('a'), probesOf('a')]).toEqual(['up', 1]);
  });

  it('sets a suspect down if the probe confirms it', async () => {
    replies['a'] = { kind: 'credentials', code: 'provider_auth', message: '403', suspect: true };
    suspect('a');
    await eventually(() => stateOf('a') === 'down');
    expect(tracker.list()[0]).toMatchObject({ state: 'down', code: 'provider_auth' });
    expect(Math.abs((tracker.list()[0]?.since ?? 0) - Date.now())).toBeLessThan(60_000);
    expect(tracker.list()[1]).toEqual({ name: 'b', model: 'b-1', state: 'up' });
  });

  it('does not probe a suspect before its rest is over', async () => {
    restFor('a', 60_000);
    suspect('a');
    await untilRested(2);
    expect(probesOf('a')).toBe(0);
  });

  it('logs a change of state once, not every failure', () => {
    for (let n = 0; n < 50; n++) restFor('a', 60_000);
    expect(logged).toEqual(['provider state changed']);
    tracker.succeeded('a', performance.now());
    expect(logged).toEqual(['provider state changed', 'provider state changed']);
  });
});
