import { Inject, Module, type OnApplicationShutdown, type Type } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { APP_CONFIG, type AppConfig, type RoutingPolicy } from '../config/app-config.js';
import { CHAT_PROVIDERS } from './chat-provider.js';
import { createProvider } from './dialects/create-provider.js';
import { AttemptReport } from './routing/attempt-report.js';
import { AttemptRunner } from './routing/attempt-runner.js';
import { Attempts } from './routing/attempts.js';
import { HedgeTiming } from './routing/hedge-timing.js';
import { HedgedAttempts } from './routing/hedged-attempts.js';
import { KeyCheck } from './routing/key-check.js';
import { ProviderTracker } from './routing/provider-tracker.js';
import { Readmission } from './routing/readmission.js';
import { Relay } from './routing/relay.js';
import { RoundRobinRouter } from './routing/round-robin.router.js';
import { Router } from './routing/router.js';
import { ContextTrimmer } from './tokens/context-trimmer.js';
import { TOKEN_ESTIMATOR } from './tokens/o200k.estimator.js';
import { FrameTicker } from './upstream/frame-ticker.js';
import { TokenEstimator } from './tokens/token-estimator.js';

/** `ROUTING_POLICY` → its class. A new policy is a class, a name in `config/app-config.ts`, and a line here. */
const ROUTING_POLICIES: Readonly<Record<RoutingPolicy, Type<Router>>> = { 'round-robin': RoundRobinRouter };

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
    {
      provide: Router,
      inject: [APP_CONFIG, ModuleRef],
      useFactory: ({ routingPolicy }: AppConfig, module: ModuleRef) => module.create(ROUTING_POLICIES[routingPolicy]),
    },
    {
      provide: Attempts,
      inject: [APP_CONFIG, AttemptRunner],
      useFactory: ({ relay: { hedgeAfter } }: AppConfig, attempts: AttemptRunner) =>
        hedgeAfter === 'off' ? attempts : new HedgedAttempts(attempts, new HedgeTiming(hedgeAfter)),
    },
    TOKEN_ESTIMATOR,
    AttemptReport,
    AttemptRunner,
    ContextTrimmer,
    KeyCheck,
    ProviderTracker,
    Readmission,
    Relay,
  ],
  exports: [AttemptReport, ProviderTracker, Relay, TokenEstimator],
})
export class ProvidersModule implements OnApplicationShutdown {
  constructor(@Inject(CHAT_PROVIDERS) private readonly providers: readonly ReturnType<typeof createProvider>[]) {}

  async onApplicationShutdown(): Promise<void> {
    await Promise.all(this.providers.map((provider) => provider.close()));
  }
}
