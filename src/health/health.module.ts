import { Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { HistoryModule } from '../history/history.module.js';
import { ProvidersModule } from '../providers/providers.module.js';
import { DatabaseIndicator } from './database.indicator.js';
import { HealthController } from './health.controller.js';
import { MetricsController } from './metrics.controller.js';
import { ProcessIndicator } from './process.indicator.js';
import { ProvidersIndicator } from './providers.indicator.js';

/** Probes come every few seconds: Terminus logs nothing. */
@Module({
  imports: [HistoryModule, ProvidersModule, TerminusModule.forRoot({ logger: false })],
  controllers: [HealthController, MetricsController],
  providers: [ProcessIndicator, DatabaseIndicator, ProvidersIndicator],
})
export class HealthModule {}
