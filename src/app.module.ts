import { Module, type DynamicModule } from '@nestjs/common';
import { ChatModule } from './chat/chat.module.js';
import type { AppConfig } from './config/app-config.js';
import { ConfigModule } from './config/config.module.js';
import { HealthModule } from './health/health.module.js';
import { HttpModule } from './http/http.module.js';
import { HistoryModule } from './history/history.module.js';
import { IdentityModule } from './identity/identity.module.js';
import { LifecycleModule } from './lifecycle/lifecycle.js';
import { loggingModule } from './logging/logging.module.js';
import { MetricsModule } from './metrics/metrics.module.js';
import { OpenAiModule } from './openai/openai.module.js';
import { PageModule } from './page/page.module.js';
import { ProvidersModule } from './providers/providers.module.js';

/** The whole service. */
@Module({})
export class AppModule {
  static with(config: AppConfig): DynamicModule {
    return {
      module: AppModule,
      imports: [
        ConfigModule.forRoot(config),
        loggingModule(),
        LifecycleModule,
        MetricsModule,
        HttpModule,
        IdentityModule,
        HistoryModule,
        ProvidersModule,
        ChatModule,
        OpenAiModule,
        HealthModule,
        PageModule,
      ],
    };
  }
}
