import { Injectable } from '@nestjs/common';
import { Metrics } from '../../metrics/metrics.js';
import { providerLabel } from '../../metrics/names.js';
import { ProviderTracker } from '../../providers/routing/provider-tracker.js';
import { modelLabel } from '../../providers/tokens/models.js';
import type { AnswerEnd, AnswerObserver } from '../../wire/answer-observer.js';
import type { AttemptRecord } from '../../wire/attempt.js';

/** Measures answers as their readers saw them: once per answer, never per token. */
@Injectable()
export class MetricsObserver implements AnswerObserver {
  constructor(
    private readonly metrics: Metrics,
    private readonly tracker: ProviderTracker,
  ) {}

  counted({ status, error, attempts, speaker, durationMs, timeToFirstTokenMs }: AnswerEnd): void {
    this.metrics.counter('rondo_answers_total', { outcome: status }).add();
    for (const attempt of attempts) this.#tokens(attempt);
    if (speaker === undefined) return;
    const labels = {
      gen_ai_operation_name: 'chat',
      gen_ai_provider_name: providerLabel(speaker.provider),
      gen_ai_request_model: modelLabel(speaker.model, this.tracker.find(speaker.provider)?.model),
    };
    const outcome = error === undefined ? labels : { ...labels, error_type: error.code };
    this.metrics.histogram('gen_ai_server_request_duration_seconds', outcome).observe(durationMs / 1000);
    if (timeToFirstTokenMs === undefined) return;
    this.metrics.histogram('gen_ai_server_time_to_first_token_seconds', labels).observe(timeToFirstTokenMs / 1000);
    const overheadMs = Math.max(0, timeToFirstTokenMs - providersMs(attempts));
    this.metrics.histogram('rondo_overhead_seconds').observe(overheadMs / 1000);
  }

  #tokens({ provider, usage }: AttemptRecord): void {
    if (usage === undefined) return;
    const labels = { provider: providerLabel(provider), source: usage.accurate ? 'actual' : 'estimated' };
    this.metrics.counter('rondo_tokens_total', { ...labels, type: 'input' }).add(usage.prompt_tokens);
    this.metrics.counter('rondo_tokens_total', { ...labels, type: 'output' }).add(usage.completion_tokens);
  }
}

/** What the providers took until the first of them spoke, in milliseconds. */
function providersMs(attempts: readonly AttemptRecord[]): number {
  let total = 0;
  for (const { timeToFirstTokenMs, durationMs } of attempts) {
    total += timeToFirstTokenMs ?? durationMs ?? 0;
    if (timeToFirstTokenMs !== undefined) break;
  }
  return total;
}
