import { Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { APP_CONFIG, type AppConfig } from '../config/app-config.js';
import { CHAT_PROVIDERS } from './chat-provider.js';
import { createProvider } from './dialects/create-provider.js';
import { AttemptMetrics } from './routing/attempt-metrics.js';
import { AttemptRunner } from './routing/attempt-runner.js';
import { HedgePolicy } from './routing/hedge-policy.js';
import { HedgedAttempts } from './routing/hedged-attempts.js';
import { KeyCheck } from './routing/key-check.js';
import { ProviderStates } from './routing/provider-states.js';
import { ProviderTracker } from './routing/provider-tracker.js';
import { Readmission } from './routing/readmission.js';
import { Relay } from './routing/relay.js';
import { RoundRobinRouter } from './routing/round-robin.router.js';
import { Router } from './routing/router.js';
import { ContextTrimmer } from './tokens/context-trimmer.js';
import { TOKEN_ESTIMATOR } from './tokens/o200k.estimator.js';
import { FrameTicker } from './upstream/frame-ticker.js';
import { TokenEstimator } from './tokens/token-estimator.js';

/** The configured providers, the order in which they are asked, and what is known of them. */
@Module({
  providers: [
    {
      provide: CHAT_PROVIDERS,
      inject: [APP_CONFIG],
      useFactory: ({ providers, clocks, proxy }: AppConfig) => {
        const frames = new FrameTicker();
        return providers.map((provider) => createProvider(provider, { clocks, proxy, frames }));
      },
    },
    { provide: Router, useClass: RoundRobinRouter },
    TOKEN_ESTIMATOR,
    { provide: ProviderStates, useExisting: ProviderTracker },
    AttemptMetrics,
    AttemptRunner,
    ContextTrimmer,
    HedgedAttempts,
    HedgePolicy,
    KeyCheck,
    ProviderTracker,
    Readmission,
    Relay,
  ],
  exports: [ProviderStates, ProviderTracker, Relay, TokenEstimator],
})
export class ProvidersModule implements OnApplicationShutdown {
  constructor(@Inject(CHAT_PROVIDERS) private readonly providers: readonly ReturnType<typeof createProvider>[]) {}

  async onApplicationShutdown(): Promise<void> {
    await Promise.all(this.providers.map((provider) => provider.close()));
  }
}
