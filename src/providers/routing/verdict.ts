import { AnswerError } from '../answer-error.js';
import type { FailureKind, ProviderError } from '../provider-error.js';
import type { Attempt } from './attempt.js';
import { allFailedMessage, MESSAGES, misfitMessage, type ProviderMisfit } from './failure-messages.js';

export interface Failure {
  readonly error: ProviderError;
  readonly attempt: Attempt;
}

/** What is known once nobody is left to ask. */
export interface Evidence {
  /** The last one of each provider. */
  readonly failures: readonly Failure[];
  /** The last of all; undefined where nobody could be asked. */
  readonly last: Failure | undefined;
  /** Who was passed over: it is known not to take the request. */
  readonly misfits: readonly ProviderMisfit[];
  readonly pinned: boolean;
  /** Others were left, but the started answer must not be continued. */
  readonly cutShort: boolean;
  /** When the first resting provider that could be asked may be asked again. */
  readonly soonestRetryMs: number | undefined;
}

/** Why an answer could not be completed. */
export function verdictOf(evidence: Evidence): AnswerError {
  const { last, pinned, cutShort, soonestRetryMs } = evidence;
  if (last === undefined) {
    const nobodyFits = evidence.misfits.length > 0 && soonestRetryMs === undefined;
    return nobodyFits ? misfit(evidence) : error('provider_rate_limited', soonestRetryMs);
  }
  if (pinned && last.error.code === 'invalid_request') return misfit(evidence);
  if (last.error.kind === 'caller' || pinned || cutShort) return error(last.error.code, ownRetryMs(last, evidence));
  // A resting provider that was not asked might have taken it.
  if (all(evidence, 'caller', 'misfit') && soonestRetryMs === undefined) {
    const tooLong = evidence.failures.some(({ error: { code } }) => code === 'context_length_exceeded');
    return tooLong ? error('context_length_exceeded') : misfit(evidence);
  }
  if (all(evidence, 'rate')) return error('provider_rate_limited', soonestRetryMs ?? last.error.retryAfterMs);
  const failures = evidence.failures.map((failure) => failure.error);
  return new AnswerError('all_providers_failed', allFailedMessage(failures), soonestRetryMs);
}

/** The provider's own hint holds for as long as it says; after that, what its probe was told counts. */
function ownRetryMs({ error: { retryAfterMs = 0 }, attempt }: Failure, evidence: Evidence): number | undefined {
  const restMs = all(evidence, 'rate') ? evidence.soonestRetryMs : undefined;
  if (retryAfterMs === 0) return restMs;
  return performance.now() < attempt.startedAt + retryAfterMs ? retryAfterMs : (restMs ?? retryAfterMs);
}

function all({ failures }: Evidence, ...kinds: FailureKind[]): boolean {
  return failures.every(({ error: { kind } }) => kinds.includes(kind));
}

/** Names the fields that were refused, and by whom. */
function misfit({ failures, misfits, pinned }: Evidence): AnswerError {
  const failed = failures.map(({ attempt, error: { field, status, unusable } }) => ({
    provider: attempt.provider.name,
    field,
    status,
    unusable,
  }));
  const named = [...misfits, ...failed];
  // Unless a provider is pinned, the model is not the caller's choice.
  const field = named.find((one) => one.field !== undefined && (one.field !== 'model' || pinned))?.field;
  return new AnswerError('invalid_request', misfitMessage(named), undefined, field);
}

function error(code: AnswerError['code'], retryAfterMs?: number): AnswerError {
  return new AnswerError(code, MESSAGES[code], retryAfterMs);
}
