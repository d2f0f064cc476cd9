/** Every metric: name, help, labels and buckets. Labels take values from closed sets only. */

/** OpenTelemetry's buckets for durations of generative AI operations, in seconds. */
const DURATION_SECONDS = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92];
const SHORT_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12];
const TOKENS = [1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864];

const CLIENT_LABELS = ['gen_ai_operation_name', 'gen_ai_provider_name', 'gen_ai_request_model', 'error_type'] as const;

export const COUNTERS = {
  rondo_answers_total: { help: 'Answers that ended, by outcome.', labels: ['outcome'] },
  rondo_attempts_total: { help: 'Attempts at a provider that ended.', labels: ['provider', 'result', 'code'] },
  rondo_failovers_total: { help: 'Hand-overs from one provider to the next.', labels: ['from', 'to', 'phase'] },
  rondo_tokens_total: {
    help: 'Tokens by provider; estimated where no provider reported them.',
    labels: ['provider', 'type', 'source'],
  },
  rondo_rate_limited_total: { help: 'Requests refused by a rate limit.', labels: ['scope'] },
  rondo_history_write_failures_total: { help: 'Writes that the database refused.', labels: [] },
  rondo_resumes_total: { help: 'Readers that attached to an answer again.', labels: ['result'] },
} as const;

export const GAUGES = {
  rondo_build_info: { help: 'Always 1; the labels tell the build.', labels: ['version', 'node'] },
  rondo_open_streams: { help: 'Event streams open to readers.', labels: [] },
  rondo_running_answers: { help: 'Answers being generated.', labels: [] },
  rondo_provider_state: { help: '1 for the state a provider is in, else 0.', labels: ['provider', 'state'] },
} as const;

export const HISTOGRAMS = {
  gen_ai_client_operation_duration_seconds: {
    help: 'Duration of one attempt at a provider.',
    labels: CLIENT_LABELS,
    buckets: DURATION_SECONDS,
  },
  gen_ai_client_operation_time_to_first_chunk_seconds: {
    help: 'Time to the first token of one attempt at a provider.',
    labels: CLIENT_LABELS,
    buckets: DURATION_SECONDS,
  },
  gen_ai_client_token_usage: {
    help: 'Tokens of one attempt, as the provider reported them.',
    labels: ['gen_ai_operation_name', 'gen_ai_provider_name', 'gen_ai_request_model', 'gen_ai_token_type'],
    buckets: TOKENS,
  },
  gen_ai_server_request_duration_seconds: {
    help: 'Duration of one answer, as its reader saw it.',
    labels: CLIENT_LABELS,
    buckets: DURATION_SECONDS,
  },
  gen_ai_server_time_to_first_token_seconds: {
    help: 'Time to the first token of one answer, as its reader saw it.',
    labels: ['gen_ai_operation_name', 'gen_ai_provider_name', 'gen_ai_request_model'],
    buckets: DURATION_SECONDS,
  },
  http_server_request_duration_seconds: {
    help: 'Duration of HTTP requests.',
    labels: ['http_request_method', 'http_route', 'http_response_status_code'],
    buckets: DURATION_SECONDS,
  },
  rondo_overhead_seconds: {
    help: 'Time added by Rondo before the first token: what the reader waited less what the provider took.',
    labels: [],
    buckets: SHORT_SECONDS,
  },
  rondo_history_flush_seconds: {
    help: 'Duration of one checkpoint of all running answers.',
    labels: [],
    buckets: SHORT_SECONDS,
  },
} as const;

export type CounterName = keyof typeof COUNTERS;
export type GaugeName = keyof typeof GAUGES;
export type HistogramName = keyof typeof HISTOGRAMS;

const OTEL_PROVIDER_NAMES: Readonly<Record<string, string>> = { mistral: 'mistral_ai' };

/** A provider's name as OpenTelemetry spells it: `groq`, `mistral_ai`, `deepseek`, else the configured name. */
export function providerLabel(name: string): string {
  return OTEL_PROVIDER_NAMES[name] ?? name;
}
