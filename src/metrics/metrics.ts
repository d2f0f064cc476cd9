import type { CounterName, GaugeName, HistogramName } from './names.js';

/** Label values; only from closed sets, never a user, session, message or free text. */
export type Labels = Readonly<Record<string, string>>;

export interface Counter {
  add(value?: number): void;
}

export interface Gauge {
  set(value: number): void;
}

export interface Histogram {
  observe(value: number): void;
}

/**
 * Where measurements go. Handles with the same labels measure the same series. Keep a handle where you measure often:
 * measuring then costs a call and no look-up. `name` decides kind, unit, labels and buckets: see `names.ts`.
 */
export abstract class Metrics {
  /** The series exists from now on, at 0. */
  abstract counter(name: CounterName, labels?: Labels): Counter;
  abstract gauge(name: GaugeName, labels?: Labels): Gauge;
  abstract histogram(name: HistogramName, labels?: Labels): Histogram;
  /** The current state as text for a scraper. */
  abstract exposition(): Promise<{ contentType: string; body: string }>;
}
