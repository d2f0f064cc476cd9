import { Injectable, Logger } from '@nestjs/common';
import { Metrics, type Labels } from '../../metrics/metrics.js';
import { providerLabel } from '../../metrics/names.js';
import { modelLabel } from '../tokens/models.js';
import { ProviderTracker } from './provider-tracker.js';
import type { AttemptEnded, FailoverPhase } from './relay-part.js';

/** How an attempt ended, as operators see it. */
export interface AttemptSummary extends Omit<AttemptEnded, 'type' | 'at'> {
  readonly answerId: string;
  /** Why it failed, in our own words. */
  readonly failure?: string | undefined;
}

/** Measures and logs attempts: once per attempt, never per token. */
@Injectable()
export class AttemptReport {
  readonly #logger = new Logger('Relay');

  constructor(
    private readonly metrics: Metrics,
    private readonly tracker: ProviderTracker,
  ) {}

  ended(summary: AttemptSummary): void {
    this.#measure(summary);
    this.#log(summary);
  }

  handedOver(from: string, to: string, phase: FailoverPhase): void {
    this.metrics.counter('rondo_failovers_total', { from: providerLabel(from), to: providerLabel(to), phase }).add();
  }

  #measure({ provider, model, outcome, code, durationMs, timeToFirstTokenMs, usage }: AttemptSummary): void {
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
    if (usage === undefined) return;
    const tokens = (type: 'input' | 'output') =>
      this.metrics.histogram('gen_ai_client_token_usage', { ...labels, gen_ai_token_type: type });
    tokens('input').observe(usage.prompt_tokens);
    tokens('output').observe(usage.completion_tokens);
  }

  #log({ answerId, n, provider, model, outcome, code, failure, usage, ...times }: AttemptSummary): void {
    const line = {
      answer_id: answerId,
      attempt: n,
      provider,
      model,
      outcome,
      code,
      reason: failure,
      ttft_ms: times.timeToFirstTokenMs === undefined ? undefined : Math.round(times.timeToFirstTokenMs),
      duration_ms: Math.round(times.durationMs),
      tokens: usage?.tokens,
      accurate: usage?.accurate,
    };
    if (outcome === 'failed') this.#logger.warn(line, 'attempt failed');
    // The line of the whole answer says the same of the one that went well.
    else this.#logger.debug(line, 'attempt ended');
  }
}
