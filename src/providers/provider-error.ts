import type { ErrorCode } from '../wire/answer-event.js';

/**
 * What kind of failure ended an attempt; the kind decides what happens next (see `relay.ts`). `empty`: the provider ended
 * in order, without a word and without a tool call.
 */
export type FailureKind = 'caller' | 'misfit' | 'credentials' | 'rate' | 'server' | 'timeout' | 'empty' | 'protocol';

export interface ProviderFailure {
  kind: FailureKind;
  code: ErrorCode;
  /** For logs: our own words, and at most the provider's status and error code; never its body, never a key. */
  message: string;
  status?: number;
  /** How long the provider asked to be left alone. */
  retryAfterMs?: number;
  /** Nothing of a response was received: the same provider may be asked again without risk of paying twice. */
  nothingReceived?: boolean;
  /** There was no connection to the provider. */
  notConnected?: boolean;
  /** Only a change of configuration helps (key refused, model gone): the provider goes `down`. */
  unusable?: boolean;
  /** The same, but only words say so, or the caller chose the model: a probe has to confirm it. */
  suspect?: boolean;
  /** Of a misfit: the field that the provider rejects, by its name in OpenAI's API, where that is known. */
  field?: string;
}

/** An attempt that failed, born where the provider's wire format is known. */
export class ProviderError extends Error {
  override readonly name = 'ProviderError';
  readonly kind: FailureKind;
  readonly code: ErrorCode;
  readonly status: number | undefined;
  readonly retryAfterMs: number | undefined;
  readonly nothingReceived: boolean;
  readonly notConnected: boolean;
  readonly unusable: boolean;
  readonly suspect: boolean;
  readonly field: string | undefined;

  constructor(failure: ProviderFailure, options?: ErrorOptions) {
    super(failure.message, options);
    this.kind = failure.kind;
    this.code = failure.code;
    this.status = failure.status;
    this.retryAfterMs = failure.retryAfterMs;
    this.nothingReceived = failure.nothingReceived ?? false;
    this.notConnected = failure.notConnected ?? false;
    this.unusable = failure.unusable ?? false;
    this.suspect = failure.suspect ?? false;
    this.field = failure.field;
  }
}
