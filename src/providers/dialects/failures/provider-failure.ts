import type { IncomingHttpHeaders } from 'node:http';
import type { ErrorCode } from '../../../wire/answer-event.js';
import { ProviderError, type FailureKind, type ProviderFailure } from '../../provider-error.js';
import { readErrorBody, readErrorValue, type ErrorEnvelope } from './error-envelope.js';
import {
  ADDRESS_WRONG,
  CAPACITY,
  CONTENT,
  CONTEXT,
  KEY_REFUSED,
  MODEL_GONE,
  RATE,
  evidenceOf,
} from './error-patterns.js';
import { refusedField } from './refused-field.js';
import { retryAfterMs } from './retry-after.js';

export interface Refusal {
  status: number;
  headers: IncomingHttpHeaders;
  /** Its first 64 KiB. */
  body: string;
}

interface Verdict {
  kind: FailureKind;
  code: ErrorCode;
  unusable?: boolean;
  suspect?: boolean;
  field?: string;
}

const CONTENT_FILTERED: Verdict = { kind: 'caller', code: 'content_filtered' };
const CONTEXT_TOO_LONG: Verdict = { kind: 'caller', code: 'context_length_exceeded' };
const MISFIT: Verdict = { kind: 'misfit', code: 'invalid_request' };
const CREDENTIALS: Verdict = { kind: 'credentials', code: 'provider_auth' };
const RATE_LIMITED: Verdict = { kind: 'rate', code: 'provider_rate_limited' };
const UNAVAILABLE: Verdict = { kind: 'server', code: 'provider_unavailable' };
const BAD_RESPONSE: Verdict = { kind: 'protocol', code: 'provider_bad_response' };

const TRANSIENT: ReadonlySet<number> = new Set([408, 409, 425]);

/**
 * An HTTP answer that is not 2xx, as one of the kinds of failure in README.md.
 * @param ownModel the configured model was asked: only then can its refusal take the provider down at once
 * @param envelope of the refusal's body, where it was already read
 */
export function refusalFailure(
  { status, headers, body }: Refusal,
  ownModel: boolean,
  envelope = readErrorBody(body),
): ProviderFailure {
  const verdict = judge(status, envelope, ownModel);
  const waits = verdict.kind === 'rate' || verdict.kind === 'server';
  const wait = waits ? retryAfterMs(status, headers, envelope.messages) : undefined;
  return {
    ...verdict,
    status,
    message: `answered ${status}${label(envelope)}`,
    ...(wait === undefined ? {} : { retryAfterMs: wait }),
  };
}

/**
 * An error inside a response of status 200. Where it names a status, that decides. But a request whose answer had started
 * was accepted: it is no misfit, the answer is just broken. The key was accepted, too: a probe has to confirm that the
 * provider is unusable.
 * @param chunk what the error was found in
 */
export function streamFailure(error: unknown, chunk: unknown, answerBegun: boolean): ProviderError {
  const envelope = readErrorValue(error);
  const status = envelope.status ?? readErrorValue(chunk).status;
  const judged = status === undefined ? judgeWithoutStatus(envelope) : judge(status, envelope, false);
  const verdict = judged.kind === 'misfit' && answerBegun ? BAD_RESPONSE : judged;
  const wait = verdict.kind === 'rate' ? retryAfterMs(status, {}, envelope.messages) : undefined;
  return new ProviderError({
    ...verdict,
    message: `sent an error in its answer${label(envelope)}`,
    ...(status === undefined ? {} : { status }),
    ...(wait === undefined ? {} : { retryAfterMs: wait }),
  });
}

function judge(status: number, envelope: ErrorEnvelope, ownModel: boolean): Verdict {
  if (status < 400) return BAD_RESPONSE;
  if (status === 401 || status === 402) return held(CREDENTIALS, ownModel);
  if (status === 429 || status === 498) return RATE_LIMITED;
  if (envelope.page) return UNAVAILABLE;
  // A 5xx is the provider's fault whatever its words: a 429 with Mistral's capacity code is our tier's limit, the same
  // words with a 503 are its backend's.
  if (status >= 500 || TRANSIENT.has(status)) return UNAVAILABLE;
  if (evidenceOf(envelope, CAPACITY)) return RATE_LIMITED;
  if (evidenceOf(envelope, CONTENT)) return CONTENT_FILTERED;
  const key = evidenceOf(envelope, KEY_REFUSED);
  if (key !== undefined || status === 403) return held(CREDENTIALS, key === 'code' && ownModel);
  if (evidenceOf(envelope, CONTEXT)) return CONTEXT_TOO_LONG;
  return misfit(status, envelope, ownModel);
}

function misfit(status: number, envelope: ErrorEnvelope, ownModel: boolean): Verdict {
  const gone = evidenceOf(envelope, MODEL_GONE);
  if (gone !== undefined) {
    const verdict = { ...MISFIT, field: 'model' };
    return ownModel ? held(verdict, gone === 'code' || status === 404) : verdict;
  }
  if (status === 404 && isWrongAddress(envelope)) return held(MISFIT, ownModel);
  const field = refusedField(envelope);
  return field === undefined ? MISFIT : { ...MISFIT, field };
}

/** Without a status, an error is a broken answer unless a code or its words are more specific. */
function judgeWithoutStatus(envelope: ErrorEnvelope): Verdict {
  if (evidenceOf(envelope, CAPACITY) || evidenceOf(envelope, RATE)) return RATE_LIMITED;
  if (evidenceOf(envelope, CONTENT)) return CONTENT_FILTERED;
  if (evidenceOf(envelope, KEY_REFUSED) === 'code') return held(CREDENTIALS, false);
  return evidenceOf(envelope, CONTEXT) ? CONTEXT_TOO_LONG : BAD_RESPONSE;
}

/** Held against the provider at once where a status or a code `proves` it, else only if a probe confirms it. */
function held(verdict: Verdict, proves: boolean): Verdict {
  return proves ? { ...verdict, unusable: true } : { ...verdict, suspect: true };
}

function isWrongAddress(envelope: ErrorEnvelope): boolean {
  return envelope.messages.length === 0 || evidenceOf(envelope, ADDRESS_WRONG) !== undefined;
}

/** The provider's own code, if it looks like one: it goes to the logs. */
function label({ codes }: ErrorEnvelope): string {
  const code = codes.find((candidate) => /^[\w.-]{1,48}$/.test(candidate) && candidate !== 'error');
  return code === undefined ? '' : ` (${code})`;
}
