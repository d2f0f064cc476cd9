import { AsyncResource } from 'node:async_hooks';
import { Inject, Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { Metrics } from '../../metrics/metrics.js';
import { providerLabel } from '../../metrics/names.js';
import { CHAT_PROVIDERS, type ChatProvider } from '../chat-provider.js';
import { ProviderError } from '../provider-error.js';
import { ProviderState, type ProviderStateView } from './provider-state.js';
import type { Health } from './router.js';

/** Suspicions cause at most one probe in so long. */
const SUSPICION_PAUSE_MS = 10_000;
/** A provider that is told to say one token and goes on for so long does not work yet. */
const LONGEST_PROBE_MS = 60_000;

interface Tracked {
  readonly provider: ChatProvider;
  readonly state: ProviderState;
  probeTimer?: NodeJS.Timeout;
  probing: boolean;
  /** When it was last probed on a suspicion, in monotonic ms. */
  suspectedAt: number;
}

/**
 * Knows which providers can be asked. The relay reports how attempts ended. A provider that is not up is probed with a
 * small request of Rondo's own when its time has come, one at a time, so that no reader waits to find out.
 */
@Injectable()
export class ProviderTracker implements OnApplicationShutdown {
  readonly #logger = new Logger(ProviderTracker.name);
  readonly #tracked: readonly Tracked[];
  readonly #shutdown = new AbortController();
  /** Probes belong to no request: their log lines must not carry the id of the request that failed. */
  readonly #ofNoRequest = new AsyncResource(ProviderTracker.name);

  constructor(
    /** In `PROVIDERS` order. */
    @Inject(CHAT_PROVIDERS) readonly providers: readonly ChatProvider[],
    private readonly metrics: Metrics,
  ) {
    this.#tracked = providers.map((provider) => ({
      provider,
      state: new ProviderState(),
      probing: false,
      suspectedAt: -Infinity,
    }));
    for (const tracked of this.#tracked) this.#measure(tracked);
  }

  find(name: string): ChatProvider | undefined {
    return this.#trackedBy(name)?.provider;
  }

  /** One that is not configured is `down`. */
  healthOf(name: string): Health {
    return this.#trackedBy(name)?.state.healthAt(performance.now()) ?? 'down';
  }

  /** Milliseconds until the first of `names` that rests may be asked again; undefined where none rests. */
  soonestRetryMs(names: readonly string[]): number | undefined {
    const now = performance.now();
    const rests = this.#tracked.filter(
      ({ provider, state }) => names.includes(provider.name) && state.healthAt(now) === 'resting',
    );
    return rests.length === 0 ? undefined : Math.ceil(Math.min(...rests.map(({ state }) => state.retryAt)) - now);
  }

  /** An attempt that started at `startedAt` (monotonic ms) completed. */
  succeeded(name: string, startedAt: number): void {
    this.#change(name, (state) => state.succeed(startedAt, performance.now()));
  }

  /** The same for one that failed. A provider that is only suspect stays as it is and is probed at once. */
  failed(name: string, error: ProviderError, startedAt: number): void {
    this.#change(name, (state) => state.fail(error, startedAt, performance.now()), error);
    if (error.suspect) this.#suspect(name);
  }

  /** The state of every configured provider, in `PROVIDERS` order. */
  list(): readonly ProviderStateView[] {
    const toWallClock = Date.now() - performance.now();
    return this.#tracked.map(({ provider, state }) => ({
      name: provider.name,
      model: provider.model,
      state: state.health,
      ...(state.health === 'up' ? {} : troubleOf(state, toWallClock)),
    }));
  }

  onApplicationShutdown(): void {
    this.#shutdown.abort();
    for (const tracked of this.#tracked) clearTimeout(tracked.probeTimer);
  }

  #trackedBy(name: string): Tracked | undefined {
    return this.#tracked.find(({ provider }) => provider.name === name);
  }

  #change(name: string, update: (state: ProviderState) => void, error?: ProviderError): void {
    const tracked = this.#trackedBy(name);
    if (tracked === undefined) return;
    const before = tracked.state.health;
    update(tracked.state);
    const after = tracked.state.health;
    if (after === 'up') clearTimeout(tracked.probeTimer);
    else this.#scheduleProbe(tracked);
    if (before === after) return;
    this.#measure(tracked);
    const change = { provider: name, state: after, code: error?.code, reason: error?.message };
    if (after === 'up') this.#logger.log(change, 'provider state changed');
    else this.#logger.warn(change, 'provider state changed');
  }

  #measure({ provider, state }: Tracked): void {
    for (const health of ['up', 'cooling', 'down'] as const) {
      const labels = { provider: providerLabel(provider.name), state: health };
      this.metrics.gauge('rondo_provider_state', labels).set(state.health === health ? 1 : 0);
    }
  }

  #suspect(name: string): void {
    const tracked = this.#trackedBy(name);
    const now = performance.now();
    if (tracked === undefined || this.#shutdown.signal.aborted || tracked.probing) return;
    if (tracked.state.health !== 'up' || now - tracked.suspectedAt < SUSPICION_PAUSE_MS) return;
    tracked.suspectedAt = now;
    this.#ofNoRequest.runInAsyncScope(() => void this.#probe(tracked));
  }

  #scheduleProbe(tracked: Tracked): void {
    clearTimeout(tracked.probeTimer);
    if (this.#shutdown.signal.aborted || tracked.probing) return;
    const delay = Math.max(0, tracked.state.retryAt - performance.now());
    this.#ofNoRequest.runInAsyncScope(() => {
      tracked.probeTimer = setTimeout(() => void this.#probe(tracked), delay).unref();
    });
  }

  async #probe(tracked: Tracked): Promise<void> {
    const startedAt = performance.now();
    const { name } = tracked.provider;
    tracked.probing = true;
    const failure = await probe(tracked.provider, this.#shutdown.signal).then(() => undefined, toProviderError);
    tracked.probing = false;
    if (this.#shutdown.signal.aborted) return;
    if (failure === undefined || saysNothingOfHealth(failure)) this.succeeded(name, startedAt);
    else this.#change(name, (state) => state.fail(failure, startedAt, performance.now(), true), failure);
  }
}

/** Asks for one token; rejects with the provider's failure. */
async function probe(provider: ChatProvider, signal: AbortSignal): Promise<void> {
  const request = { messages: [{ role: 'user' as const, content: 'ping' }], maxTokens: 1 };
  const bounded = AbortSignal.any([signal, AbortSignal.timeout(LONGEST_PROBE_MS)]);
  const stream = provider.chatCompletionStream(request, bounded);
  while (!(await stream.next()).done);
}

/** A provider that only rejects the probe's request, or says nothing to it, works. */
function saysNothingOfHealth({ unusable, suspect, kind }: ProviderError): boolean {
  return !unusable && !suspect && (kind === 'misfit' || kind === 'caller' || kind === 'empty');
}

function troubleOf({ code, since, retryAt }: ProviderState, toWallClock: number): Partial<ProviderStateView> {
  return {
    ...(code === undefined ? {} : { code }),
    since: Math.round(since + toWallClock),
    retryAt: Math.round(retryAt + toWallClock),
  };
}

/** Anything thrown during a probe counts as the provider's failure, including a defect of ours. */
function toProviderError(error: unknown): ProviderError {
  if (error instanceof ProviderError) return error;
  return new ProviderError(
    { kind: 'protocol', code: 'provider_bad_response', message: 'The response could not be read.' },
    { cause: error },
  );
}
