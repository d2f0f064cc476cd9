import { Injectable } from '@nestjs/common';
import { Metrics, type Counter } from '../../metrics/metrics.js';
import { providerLabel } from '../../metrics/names.js';
import { ProviderTracker } from '../../providers/routing/provider-tracker.js';
import { isKnownModel } from '../../providers/tokens/models.js';
import type { Answer } from './answer.js';
import type { AttemptUsage } from './answer-usage.js';
import type { Ending } from './ending.js';

/** Measures answers as their readers saw them: once per answer, never per token. */
@Injectable()
export class AnswerMetrics {
  constructor(
    private readonly metrics: Metrics,
    private readonly tracker: ProviderTracker,
  ) {}

  ended(answer: Answer, ending: Ending, attempts: readonly AttemptUsage[]): void {
    const outcome = ending.status;
    this.metrics.counter('rondo_answers_total', { outcome }).add();
    for (const attempt of attempts) this.#tokens(attempt);
    const last = answer.speaker;
    if (last === undefined) return;
    const labels = {
      gen_ai_operation_name: 'chat',
      gen_ai_provider_name: providerLabel(last.provider),
      gen_ai_request_model: this.#modelLabel(last.provider, last.model),
    };
    const { askedAt } = answer.options;
    this.metrics
      .histogram(
        'gen_ai_server_request_duration_seconds',
        ending.error === undefined ? labels : { ...labels, error_type: ending.error.code },
      )
      .observe((performance.now() - askedAt) / 1000);
    if (answer.firstTokenAt === undefined) return;
    const waited = answer.firstTokenAt - askedAt;
    this.metrics.histogram('gen_ai_server_time_to_first_token_seconds', labels).observe(waited / 1000);
    this.metrics.histogram('rondo_overhead_seconds').observe(Math.max(0, waited - providersTime(answer)) / 1000);
  }

  #tokens({ provider, usage }: AttemptUsage): void {
    if (usage === undefined) return;
    const source = usage.accurate ? 'actual' : 'estimated';
    const counter = (type: 'input' | 'output'): Counter =>
      this.metrics.counter('rondo_tokens_total', { provider: providerLabel(provider), type, source });
    counter('input').add(usage.prompt_tokens);
    counter('output').add(usage.completion_tokens);
  }

  #modelLabel(provider: string, model: string): string {
    const configured = this.tracker.find(provider)?.provider.model === model;
    return configured || isKnownModel(model) ? model : 'other';
  }
}

/** What the providers took until the first of them spoke. */
function providersTime(answer: Answer): number {
  let total = 0;
  for (const { record } of answer.attempts) {
    total += record.timeToFirstTokenMs ?? record.durationMs ?? 0;
    if (record.timeToFirstTokenMs !== undefined) break;
  }
  return total;
}
