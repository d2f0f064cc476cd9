import { Injectable } from '@nestjs/common';
import { Metrics, type Counter } from '../../metrics/metrics.js';

/** Counts readers that come back to an answer: by its id, or by the `Idempotency-Key` of the question. */
@Injectable()
export class Resumes {
  readonly #ok: Counter;
  readonly #refused: Counter;

  constructor(metrics: Metrics) {
    this.#ok = metrics.counter('rondo_resumes_total', { result: 'ok' });
    this.#refused = metrics.counter('rondo_resumes_total', { result: 'refused' });
  }

  /** A reader attached. */
  attached(): void {
    this.#ok.add();
  }

  /** Counts how the search for an answer to come back to ends. */
  async count<T>(search: Promise<T>): Promise<T> {
    try {
      const found = await search;
      this.attached();
      return found;
    } catch (error) {
      this.#refused.add();
      throw error;
    }
  }
}
