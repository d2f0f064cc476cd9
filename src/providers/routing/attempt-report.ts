import { Injectable, Logger } from '@nestjs/common';
import { Metrics, type Labels } from '../../metrics/metrics.js';
import { providerLabel } from '../../metrics/names.js';
import type { AnswerObserver, ObservedAttempt } from '../../wire/answer-observer.js';
import type { AttemptRecord } from '../../wire/attempt.js';
import { modelLabel } from '../tokens/models.js';
import { ProviderTracker } from './provider-tracker.js';

/** Measures and logs attempts: once per attempt, never per token. */
@Injectable()
export class AttemptReport implements AnswerObserver {
  readonly #logger = new Logger('Relay');

  constructor(
    private readonly metrics: Metrics,
    private readonly tracker: ProviderTracker,
  ) {}

  attemptEnded(ended: ObservedAttempt): void {
    this.#measure(ended.attempt);
    this.#log(ended);
  }

  #measure({ provider, model, outcome, code, durationMs = 0, timeToFirstTokenMs, usage }: AttemptRecord): void {
    const name = providerLabel(provider);
    // A cancelled attempt has no failure of its own: the answer was ended, or another provider was faster.
    const result = code ?? (outcome === 'ok' ? 'ok' : 'interrupted');
    this.metrics.counter('rondo_attempts_total', { provider: name, result: outcome, code: result }).add();
    const labels: Labels = {
      gen_ai_operation_name: 'chat',
      gen_ai_provider_name: name,
      gen_ai_request_model: modelLabel(model, this.tracker.find(provider)?.model),
    };
    const withError = code === undefined ? labels : { ...labels, error_type: code };
    this.metrics.histogram('gen_ai_client_operation_duration_seconds', withError).observe(durationMs / 1000);
    if (timeToFirstTokenMs !== undefined)
      this.metrics
        .histogram('gen_ai_client_operation_time_to_first_chunk_seconds', withError)
        .observe(timeToFirstTokenMs / 1000);
    if (usage?.accurate !== true) return;
    const tokens = (type: 'input' | 'output') =>
      this.metrics.histogram('gen_ai_client_token_usage', { ...labels, gen_ai_token_type: type });
    tokens('input').observe(usage.prompt_tokens);
    tokens('output').observe(usage.completion_tokens);
  }

  #log({ answerId, attempt, detail }: ObservedAttempt): void {
    const { n, provider, model, outcome, code, durationMs = 0, timeToFirstTokenMs, usage } = attempt;
    const line = {
      answer_id: answerId,
      attempt: n,
      provider,
      model,
      outcome,
      code,
      reason: detail,
      ttft_ms: timeToFirstTokenMs === undefined ? undefined : Math.round(timeToFirstTokenMs),
      duration_ms: Math.round(durationMs),
      tokens: usage?.tokens,
      accurate: usage?.accurate,
    };
    if (outcome === 'failed') this.#logger.warn(line, 'attempt failed');
    // The line of the whole answer says the same of the one that went well.
    else this.#logger.debug(line, 'attempt ended');
  }
}
