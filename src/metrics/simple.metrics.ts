import { Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { closedLabels, isMeasurement } from './closed-labels.js';
import { Metrics, type Counter, type Gauge, type Histogram, type Labels } from './metrics.js';
import { COUNTERS, GAUGES, HISTOGRAMS, type CounterName, type GaugeName, type HistogramName } from './names.js';

const INTERVAL_MS = 60_000;

/**
 * Writes measurements to the log, for those without Prometheus: one line with all totals a minute, and one at shutdown.
 * A histogram becomes count, sum and maximum. The closed sets of labels bound memory.
 */
@Injectable()
export class SimpleMetrics extends Metrics implements OnModuleInit, OnApplicationShutdown {
  readonly #log = new Logger('Metrics');
  readonly #series = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;

  onModuleInit(): void {
    this.#timer = setInterval(() => {
      this.report();
    }, INTERVAL_MS).unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.#timer);
    this.report();
  }

  counter(name: CounterName, labels?: Labels): Counter {
    const series = seriesName(name, closedLabels(name, COUNTERS[name].labels, labels));
    this.#series.set(series, this.#value(series));
    return {
      add: (value = 1) => {
        if (isMeasurement(value)) this.#series.set(series, this.#value(series) + value);
      },
    };
  }

  gauge(name: GaugeName, labels?: Labels): Gauge {
    const series = seriesName(name, closedLabels(name, GAUGES[name].labels, labels));
    return {
      set: (value) => {
        if (isMeasurement(value)) this.#series.set(series, value);
      },
    };
  }

  histogram(name: HistogramName, labels?: Labels): Histogram {
    const closed = closedLabels(name, HISTOGRAMS[name].labels, labels);
    const [count, sum, max] = ['_count', '_sum', '_max'].map((part) => seriesName(name + part, closed)) as Triple;
    return {
      observe: (value) => {
        if (!isMeasurement(value)) return;
        this.#series.set(count, this.#value(count) + 1);
        this.#series.set(sum, this.#value(sum) + value);
        this.#series.set(max, Math.max(this.#value(max), value));
      },
    };
  }

  /** Logs the totals since the start. */
  report(): void {
    this.#log.log({ metrics: Object.fromEntries(this.#series) }, 'metrics');
  }

  exposition(): Promise<{ contentType: string; body: string }> {
    const lines = [...this.#series].map(([series, value]) => `${series} ${String(value)}\n`).sort();
    return Promise.resolve({ contentType: 'text/plain; charset=utf-8', body: lines.join('') });
  }

  #value(series: string): number {
    return this.#series.get(series) ?? 0;
  }
}

type Triple = [string, string, string];

/** The name as Prometheus writes it: `name{label="value"}`. */
function seriesName(name: string, labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([label, value]) => `${label}=${JSON.stringify(value)}`);
  return pairs.length === 0 ? name : `${name}{${pairs.join(',')}}`;
}
