/**
 * THE event contract: what a reader of an answer receives, one JSON object per Server-Sent Event.
 * docs/SSE_EVENTS_SCHEMA.md is its prose, docs/answer-event.schema.json its JSON Schema.
 * Fields may be added; none may be renamed or dropped.
 */
export type AnswerEvent =
  ProviderEvent | ReasoningEvent | DeltaEvent | ToolCallEvent | UsageEvent | ErrorEvent | RateLimitedEvent | DoneEvent;

/** Why a provider was asked. */
export type ProviderReason = 'selected' | 'failover' | 'continued' | 'hedged';

/**
 * Why an attempt was made. Readers are not told of a `retry` (the same provider once more, or any provider in vain after all
 * had failed) nor of a `hedge` (another provider asked beside a late one, in vain).
 */
export type AttemptReason = ProviderReason | 'retry' | 'hedge';

/** Whether readers get a `provider` event for an attempt. */
export function isAnnounced(reason: AttemptReason): reason is ProviderReason {
  return reason !== 'retry' && reason !== 'hedge';
}

export interface ProviderEvent {
  type: 'provider';
  provider: string;
  model: string;
  reason: ProviderReason;
  /** The provider that failed before, with its `code`. */
  from?: string;
  code?: ErrorCode;
}

export interface ReasoningEvent {
  type: 'reasoning';
  /** Never empty. */
  content: string;
}

export interface DeltaEvent {
  type: 'delta';
  /** Never empty; joined in order the deltas are the answer. */
  content: string;
}

/**
 * A piece of a tool call, in answers that were asked for at the OpenAI door and stored in a session. The first of each
 * `index` has id and name; their arguments joined in order are JSON.
 */
export interface ToolCallEvent {
  type: 'tool_call';
  /** 0, 1, 2 … within the answer. */
  index: number;
  id?: string;
  name?: string;
  /** May be empty in the first piece. */
  arguments: string;
}

export interface Usage {
  /** Prompt and completion together. */
  tokens: number;
  /** True only where the provider reported it (ACU); otherwise a local estimate (EST). */
  accurate: boolean;
  prompt_tokens: number;
  completion_tokens: number;
  cost_usd?: number;
}

export interface UsageEvent extends Usage {
  type: 'usage';
}

export interface ErrorEvent {
  type: 'error';
  /** A sentence for people; never a provider's raw body. */
  message: string;
  code: ErrorCode;
  class: ErrorClass;
  retryable: boolean;
  retry_after_ms?: number;
}

export interface RateLimitedEvent {
  type: 'rate_limited';
  retry_after_ms: number;
}

/** Follows {@link RateLimitedEvent}: clients that know `error` alone learn why there is no answer. */
export interface RateLimitedErrorEvent extends Omit<ErrorEvent, 'code'> {
  code: 'rate_limited';
  retry_after_ms: number;
}

export type FinishReason = 'stop' | 'length' | 'content_filter' | 'stopped' | 'interrupted' | 'error';

export interface DoneEvent {
  type: 'done';
  finish_reason: FinishReason;
  message_id: string;
}

/** Codes of the `error` event and of `POST /rr-chat`'s problems. */
export type ErrorCode =
  | 'invalid_request'
  | 'context_length_exceeded'
  | 'content_filtered'
  | 'content_rejected'
  | 'provider_auth'
  | 'provider_rate_limited'
  | 'provider_unavailable'
  | 'provider_timeout'
  | 'provider_bad_response'
  | 'all_providers_failed'
  | 'answer_timeout'
  | 'interrupted'
  | 'internal';

/** What a client should do: a hint. */
export type ErrorClass =
  'retryable' | 'provider_switch' | 'chunk_timeout' | 'request_timeout' | 'client' | 'non_retryable';

interface ErrorTraits {
  readonly class: ErrorClass;
  readonly retryable: boolean;
  /** The status that `POST /rr-chat` answers with. */
  readonly status: number;
}

/** code → class → retryable → status of `POST /rr-chat`; docs/SSE_EVENTS_SCHEMA.md shows the same table. */
export const ERROR_TRAITS: Readonly<Record<ErrorCode, ErrorTraits>> = {
  invalid_request: { class: 'client', retryable: false, status: 400 },
  context_length_exceeded: { class: 'client', retryable: false, status: 413 },
  content_filtered: { class: 'client', retryable: false, status: 422 },
  content_rejected: { class: 'client', retryable: false, status: 422 },
  provider_auth: { class: 'provider_switch', retryable: false, status: 502 },
  provider_rate_limited: { class: 'retryable', retryable: true, status: 429 },
  provider_unavailable: { class: 'provider_switch', retryable: true, status: 502 },
  provider_timeout: { class: 'chunk_timeout', retryable: true, status: 504 },
  provider_bad_response: { class: 'provider_switch', retryable: true, status: 502 },
  all_providers_failed: { class: 'retryable', retryable: true, status: 502 },
  answer_timeout: { class: 'request_timeout', retryable: true, status: 504 },
  interrupted: { class: 'retryable', retryable: true, status: 503 },
  internal: { class: 'non_retryable', retryable: false, status: 500 },
};

/** What readers are told where the process died while it wrote the answer. */
export const CRASHED_MESSAGE = 'The server stopped while it was writing this answer.';

/** An `error` event with the traits of its code. */
export function errorEvent(code: ErrorCode, message: string, retryAfterMs?: number): ErrorEvent {
  const { class: errorClass, retryable } = ERROR_TRAITS[code];
  return {
    type: 'error',
    message,
    code,
    class: errorClass,
    retryable,
    ...(retryAfterMs === undefined ? {} : { retry_after_ms: retryAfterMs }),
  };
}
