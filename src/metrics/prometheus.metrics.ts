import { Injectable } from '@nestjs/common';
import {
  collectDefaultMetrics,
  Counter as PromCounter,
  Gauge as PromGauge,
  Histogram as PromHistogram,
  Registry,
} from 'prom-client';
import { closedLabels, isMeasurement } from './closed-labels.js';
import { Metrics, type Counter, type Gauge, type Histogram, type Labels } from './metrics.js';
import { COUNTERS, GAUGES, HISTOGRAMS, type CounterName, type GaugeName, type HistogramName } from './names.js';

/** Gauges that end in `_total`, which is reserved for counters; `nodejs_active_handles` and the like say the same. */
const MISNAMED_DEFAULTS = [
  'nodejs_active_handles_total',
  'nodejs_active_requests_total',
  'nodejs_active_resources_total',
];

/** Prometheus' text format, with a registry of its own. The only file that knows prom-client. */
@Injectable()
export class PrometheusMetrics extends Metrics {
  readonly #registry = new Registry();
  readonly #counters = new Map<CounterName, PromCounter>();
  readonly #gauges = new Map<GaugeName, PromGauge>();
  readonly #histograms = new Map<HistogramName, PromHistogram>();
  readonly #boundCounters = new BoundHandles<Counter>();
  readonly #boundGauges = new BoundHandles<Gauge>();
  readonly #boundHistograms = new BoundHandles<Histogram>();

  constructor() {
    super();
    const registers = [this.#registry];
    for (const [name, { help, labels }] of entries(COUNTERS)) {
      this.#counters.set(name, new PromCounter({ name, help, labelNames: [...labels], registers }));
    }
    for (const [name, { help, labels }] of entries(GAUGES)) {
      this.#gauges.set(name, new PromGauge({ name, help, labelNames: [...labels], registers }));
    }
    for (const [name, { help, labels, buckets }] of entries(HISTOGRAMS)) {
      this.#histograms.set(
        name,
        new PromHistogram({ name, help, labelNames: [...labels], buckets: [...buckets], registers }),
      );
    }
    collectDefaultMetrics({ register: this.#registry });
    for (const name of MISNAMED_DEFAULTS) this.#registry.removeSingleMetric(name);
  }

  counter(name: CounterName, labels?: Labels): Counter {
    return this.#boundCounters.get(name, labels, () => {
      const handle = found(this.#counters, name).labels(closedLabels(name, COUNTERS[name].labels, labels));
      handle.inc(0);
      return {
        add: (value = 1) => {
          if (isMeasurement(value)) handle.inc(value);
        },
      };
    });
  }

  gauge(name: GaugeName, labels?: Labels): Gauge {
    return this.#boundGauges.get(name, labels, () => {
      const handle = found(this.#gauges, name).labels(closedLabels(name, GAUGES[name].labels, labels));
      return {
        set: (value) => {
          if (isMeasurement(value)) handle.set(value);
        },
      };
    });
  }

  histogram(name: HistogramName, labels?: Labels): Histogram {
    return this.#boundHistograms.get(name, labels, () => {
      const handle = found(this.#histograms, name).labels(closedLabels(name, HISTOGRAMS[name].labels, labels));
      return {
        observe: (value) => {
          if (isMeasurement(value)) handle.observe(value);
        },
      };
    });
  }

  async exposition(): Promise<{ contentType: string; body: string }> {
    return { contentType: this.#registry.contentType, body: await this.#registry.metrics() };
  }
}

/** `Object.entries` with the names' types: the tables of `names.ts` have no other keys. */
function entries<Name extends string, Metric>(table: Readonly<Record<Name, Metric>>): [Name, Metric][] {
  return Object.entries(table) as [Name, Metric][];
}

function found<Name, Metric>(metrics: ReadonlyMap<Name, Metric>, name: Name): Metric {
  const metric = metrics.get(name);
  if (metric === undefined) throw new Error(`there is no metric ${String(name)} in names.ts`);
  return metric;
}

/**
 * Keeps bound handles: binding checks the labels and looks up their series, which takes longer than measuring. The
 * closed sets of labels bound its size.
 */
class BoundHandles<Handle> {
  readonly #handles = new Map<string, Handle>();

  /** @param bind is called once per set of labels of `name` */
  get(name: string, labels: Labels | undefined, bind: () => Handle): Handle {
    const key = keyOf(name, labels);
    const known = this.#handles.get(key);
    if (known !== undefined) return known;
    const handle = bind();
    this.#handles.set(key, handle);
    return handle;
  }
}

/** No name or value holds a line feed. */
function keyOf(name: string, labels: Labels = {}): string {
  let key = name;
  for (const label in labels) key += `\n${label}=${labels[label]}`;
  return key;
}
