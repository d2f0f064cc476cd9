import { Injectable } from '@nestjs/common';
import { Metrics, type Labels } from '../../metrics/metrics.js';
import { providerLabel } from '../../metrics/names.js';
import { isKnownModel } from '../tokens/models.js';
import type { AttemptEnded } from './relay-part.js';
import type { ChatProvider } from '../chat-provider.js';

export type FailoverPhase = 'connect' | 'first_token' | 'mid_answer';

/** Measures attempts: once per attempt, never per token. */
@Injectable()
export class AttemptMetrics {
  constructor(private readonly metrics: Metrics) {}

  ended(ended: AttemptEnded, provider: ChatProvider): void {
    const name = providerLabel(ended.provider);
    // An attempt that was cancelled has no failure of its own: the answer was ended, or another provider was faster.
    const code = ended.code ?? (ended.outcome === 'ok' ? 'ok' : 'interrupted');
    this.metrics.counter('rondo_attempts_total', { provider: name, result: ended.outcome, code }).add();
    const labels: Labels = {
      gen_ai_operation_name: 'chat',
      gen_ai_provider_name: name,
      gen_ai_request_model: ended.model === provider.model || isKnownModel(ended.model) ? ended.model : 'other',
    };
    const outcome = ended.code === undefined ? labels : { ...labels, error_type: ended.code };
    this.metrics.histogram('gen_ai_client_operation_duration_seconds', outcome).observe(ended.durationMs / 1000);
    if (ended.timeToFirstTokenMs !== undefined)
      this.metrics
        .histogram('gen_ai_client_operation_time_to_first_chunk_seconds', outcome)
        .observe(ended.timeToFirstTokenMs / 1000);
    if (ended.usage !== undefined) this.#usage(ended.usage.promptTokens, ended.usage.completionTokens, labels);
  }

  handedOver(from: string, to: string, phase: FailoverPhase): void {
    this.metrics.counter('rondo_failovers_total', { from: providerLabel(from), to: providerLabel(to), phase }).add();
  }

  #usage(input: number, output: number, labels: Labels): void {
    this.metrics.histogram('gen_ai_client_token_usage', { ...labels, gen_ai_token_type: 'input' }).observe(input);
    this.metrics.histogram('gen_ai_client_token_usage', { ...labels, gen_ai_token_type: 'output' }).observe(output);
  }
}
