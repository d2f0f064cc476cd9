import { Global, Module } from '@nestjs/common';
import { Metrics } from './metrics.js';
import { PrometheusMetrics } from './prometheus.metrics.js';

/** The one place that chooses where measurements go: `SimpleMetrics` writes them to the log instead. */
@Global()
@Module({ providers: [{ provide: Metrics, useClass: PrometheusMetrics }], exports: [Metrics] })
export class MetricsModule {}
