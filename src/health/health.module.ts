import { Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { HistoryModule } from '../history/history.module.js';
import { ProvidersModule } from '../providers/providers.module.js';
import { HealthController } from './health.controller.js';
import { MetricsController } from './metrics.controller.js';
import { DatabaseIndicator, ProcessIndicator, ProvidersIndicator } from './indicators.js';

/** Health and metrics. Probes come every few seconds, so Terminus logs nothing. */
@Module({
  imports: [HistoryModule, ProvidersModule, TerminusModule.forRoot({ logger: false })],
  controllers: [HealthController, MetricsController],
  providers: [ProcessIndicator, DatabaseIndicator, ProvidersIndicator],
})
export class HealthModule {}
