import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { prefixOf } from '../../config/provider-settings.js';
import { CHAT_PROVIDERS, type ChatProvider } from '../chat-provider.js';
import { ProviderError } from '../provider-error.js';
import { ProviderTracker } from './provider-tracker.js';

/** A provider that takes longer tells nothing about its key. */
const LONGEST_MS = 5_000;

/**
 * Checks once at start whether each provider accepts its key, by a request that costs nothing. The start does not wait
 * for it. Only a refusal of the key counts: not every server has that address.
 */
@Injectable()
export class KeyCheck implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #logger = new Logger(KeyCheck.name);
  readonly #shutdown = new AbortController();

  constructor(
    @Inject(CHAT_PROVIDERS) private readonly providers: readonly ChatProvider[],
    private readonly tracker: ProviderTracker,
  ) {}

  onApplicationBootstrap(): void {
    for (const provider of this.providers) void this.#check(provider);
  }

  onApplicationShutdown(): void {
    this.#shutdown.abort();
  }

  async #check(provider: ChatProvider): Promise<void> {
    const startedAt = performance.now();
    const bounded = AbortSignal.any([this.#shutdown.signal, AbortSignal.timeout(LONGEST_MS)]);
    const status = await provider.keyStatus(bounded).catch(() => undefined);
    // A key may be valid for answers alone: only 401 says that it is invalid.
    if (status !== 401 || this.#shutdown.signal.aborted) return;
    const message = `refused its key with ${status} at start`;
    const error = new ProviderError({ kind: 'credentials', code: 'provider_auth', message, status, unusable: true });
    this.tracker.failed(provider.name, error, startedAt);
    const variable = `${prefixOf(provider.name)}_API_KEY`;
    const line = { provider: provider.name, code: error.code, reason: message, variable };
    this.#logger.warn(line, `the provider refuses its key: look at ${variable}`);
  }
}
