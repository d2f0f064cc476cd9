import type { Message } from '../wire/message.js';
import type { Metrics } from './metrics.js';
import { providerLabel } from './names.js';

const OUTCOMES: readonly Exclude<Message['status'], 'streaming'>[] = ['complete', 'failed', 'interrupted', 'stopped'];
const PHASES = ['connect', 'first_token', 'mid_answer'];

/**
 * Binds the counters whose labels are known beforehand, so that they are there, and 0, before anything is counted: a rate
 * over a series that begins with 1 is 0, and an alert on a first failure would not fire.
 */
export function bindFirstSeries(metrics: Metrics, providers: readonly string[]): void {
  for (const outcome of OUTCOMES) metrics.counter('rondo_answers_total', { outcome });
  for (const result of ['ok', 'refused']) metrics.counter('rondo_resumes_total', { result });
  for (const scope of ['user', 'address']) metrics.counter('rondo_rate_limited_total', { scope });
  metrics.counter('rondo_history_write_failures_total');
  const names = providers.map(providerLabel);
  for (const from of names) {
    metrics.counter('rondo_attempts_total', { provider: from, result: 'ok', code: 'ok' });
    for (const to of names.filter((name) => name !== from))
      for (const phase of PHASES) metrics.counter('rondo_failovers_total', { from, to, phase });
  }
}
