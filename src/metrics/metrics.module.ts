import { Global, Module } from '@nestjs/common';
import { Metrics } from './metrics.js';
import { PrometheusMetrics } from './prometheus.metrics.js';

/** Chooses where measurements go: `SimpleMetrics` would write them to the log instead. */
@Global()
@Module({ providers: [{ provide: Metrics, useClass: PrometheusMetrics }], exports: [Metrics] })
export class MetricsModule {}
