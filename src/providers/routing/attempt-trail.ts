import { AnswerError } from '../answer-error.js';
import type { ChatProvider } from '../chat-provider.js';
import type { FailureKind, ProviderError } from '../provider-error.js';
import type { Attempt } from './attempt.js';
import { MESSAGES, misfitMessage, type ProviderMisfit } from './failure-messages.js';
import type { ProviderTracker } from './provider-tracker.js';

export interface Failure {
  readonly provider: ChatProvider;
  readonly error: ProviderError;
  readonly attempt: Attempt;
}

/** Who was asked for one answer, how each failed, and who is left. */
export class AttemptTrail {
  readonly #failures: Failure[] = [];
  #count = 0;
  #left: ChatProvider[];
  #retry: ChatProvider | undefined;
  retried = false;

  constructor(
    order: readonly ChatProvider[],
    private readonly pinned: boolean,
    /** Who was passed over, since what is asked is known not to fit it. */
    private readonly misfits: readonly ProviderMisfit[] = [],
  ) {
    this.#left = [...order];
  }

  /** Numbers the attempts: 0, 1, 2 … */
  number(): number {
    return this.#count++;
  }

  get last(): Failure | undefined {
    return this.#failures.at(-1);
  }

  /** The next provider to ask: ready ones first, then those that are a last resort. A pinned one always. */
  next(tracker: ProviderTracker): ChatProvider | undefined {
    const again = this.#retry;
    this.#retry = undefined;
    if (again !== undefined) return again;
    const readiness = (provider: ChatProvider) => tracker.find(provider.name)?.readiness;
    const next = this.pinned
      ? this.#left[0]
      : (this.#left.find((provider) => readiness(provider) === 'ready') ??
        this.#left.find((provider) => readiness(provider) === 'last-resort'));
    this.#left = this.#left.filter((provider) => provider !== next);
    return next;
  }

  /** Whether somebody else is up: for a pinned provider anyone, though nobody else will be asked. */
  othersReady(tracker: ProviderTracker): boolean {
    if (this.pinned) {
      const others = tracker.candidates().filter(({ provider }) => provider !== this.last?.provider);
      return others.some(({ readiness }) => readiness === 'ready');
    }
    return this.#left.some((provider) => tracker.find(provider.name)?.readiness === 'ready');
  }

  /** After the caller's own mistake nobody else is asked, save one with a larger window if the context was too long. */
  failed(failure: Failure): void {
    this.#failures.push(failure);
    const { error, provider } = failure;
    if (error.kind !== 'caller') return;
    if (error.code !== 'context_length_exceeded') this.#left = [];
    else this.#left = this.#left.filter((other) => windowOf(other) > windowOf(provider));
  }

  /** It was asked and did not fail: it may still be asked, after those that were not. */
  putBack(provider: ChatProvider): void {
    this.#left.push(provider);
  }

  /** Asks the provider that failed last once more. */
  retry(): void {
    this.retried = true;
    this.#retry = this.last?.provider;
  }

  /**
   * Why the answer could not be completed.
   * @param soonestRetryMs when the first resting provider that could be asked may be asked again
   * @param cutShort others were left, but a begun answer was not to be continued
   */
  verdict(soonestRetryMs: number | undefined, cutShort: boolean): AnswerError {
    const { last } = this;
    if (last === undefined) {
      const nobodyFits = this.misfits.length > 0 && soonestRetryMs === undefined;
      return nobodyFits ? this.#misfit() : this.#with('provider_rate_limited', soonestRetryMs);
    }
    if (this.pinned && last.error.code === 'invalid_request') return this.#misfit();
    if (last.error.kind === 'caller' || this.pinned || cutShort)
      return this.#with(last.error.code, last.error.retryAfterMs ?? (this.#all('rate') ? soonestRetryMs : undefined));
    // A resting provider that was not asked might have taken it.
    if (this.#all('caller', 'misfit') && soonestRetryMs === undefined) {
      const context = this.#failures.find(({ error }) => error.code === 'context_length_exceeded');
      return context === undefined ? this.#misfit() : this.#with('context_length_exceeded');
    }
    if (this.#all('rate')) return this.#with('provider_rate_limited', soonestRetryMs ?? last.error.retryAfterMs);
    return this.#with('all_providers_failed', soonestRetryMs);
  }

  #all(...kinds: FailureKind[]): boolean {
    return this.#failures.every(({ error }) => kinds.includes(error.kind));
  }

  /** Names the fields that stand in the way, and who takes offence at which. */
  #misfit(): AnswerError {
    const failed = this.#failures.map(({ provider: { name }, error: { field, status, unusable } }) => ({
      provider: name,
      field,
      status,
      unusable,
    }));
    const all = [...this.misfits, ...failed];
    // Where nobody was named the model is not the caller's choice.
    const field = all.find((misfit) => misfit.field !== undefined && (misfit.field !== 'model' || this.pinned))?.field;
    return new AnswerError('invalid_request', misfitMessage(all), undefined, field);
  }

  #with(code: AnswerError['code'], retryAfterMs?: number): AnswerError {
    return new AnswerError(code, MESSAGES[code], retryAfterMs);
  }
}

function windowOf(provider: ChatProvider): number {
  return provider.contextTokens(provider.model);
}
