import type { Message } from '../wire/message.js';
import type { Metrics } from './metrics.js';
import { providerLabel } from './names.js';

const OUTCOMES: readonly Exclude<Message['status'], 'streaming'>[] = ['complete', 'failed', 'interrupted', 'stopped'];
const PHASES = ['connect', 'first_token', 'mid_answer'];

/**
 * Creates the counters whose labels are known at start, at 0. A rate over a series that starts at 1 is 0, so an alert
 * on a first failure would not fire.
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
