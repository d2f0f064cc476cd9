import type { AnswerError } from '../answer-error.js';
import type { ChatProvider } from '../chat-provider.js';
import type { FailureKind } from '../provider-error.js';
import type { ProviderMisfit } from './failure-messages.js';
import type { Prospects } from './patience.js';
import type { ProviderTracker } from './provider-tracker.js';
import type { Readiness } from './router.js';
import { verdictOf, type Failure } from './verdict.js';

/** Another try at the same provider would end alike: it is not asked again for this answer. */
const LASTING: ReadonlySet<FailureKind> = new Set(['caller', 'misfit', 'credentials']);

/** Whom an answer may ask. */
export interface TrailOptions {
  /** The first round, in this order. */
  readonly order: readonly ChatProvider[];
  /** Those that rest, too: they may be asked in a later round. */
  readonly everyone?: readonly ChatProvider[];
  readonly pinned?: boolean;
  /** Who is passed over, since what is asked is known not to fit it. */
  readonly misfits?: readonly ProviderMisfit[];
}

/** Who was asked for one answer, how each failed, and who is left, in this round and in later ones. */
export class AttemptTrail {
  /** The last failure of each provider, by its name. */
  readonly #latest = new Map<string, Failure>();
  /** Who was asked in vain since readers last got something new. */
  readonly #asked = new Set<string>();
  /** Whose rate limit has to end, and whose probe has to answer, before it is asked again. */
  readonly #awaited = new Set<string>();
  readonly #everyone: readonly ChatProvider[];
  readonly #pinned: boolean;
  readonly #misfits: readonly ProviderMisfit[];
  #left: ChatProvider[];
  #last: Failure | undefined;
  #lastKnown: Failure | undefined;
  #retry: ChatProvider | undefined;
  #count = 0;
  #laterRound = false;
  /** Only windows larger than this hold the conversation, in tokens. */
  #tooSmall = 0;
  retried = false;

  constructor({ order, everyone = order, pinned = false, misfits = [] }: TrailOptions) {
    this.#left = [...order];
    this.#everyone = [...order, ...everyone.filter((provider) => !order.includes(provider))];
    this.#pinned = pinned;
    this.#misfits = misfits;
  }

  /** Numbers the attempts: 0, 1, 2 … */
  number(): number {
    return this.#count++;
  }

  /** The number of attempts. */
  get count(): number {
    return this.#count;
  }

  get last(): Failure | undefined {
    return this.#last;
  }

  /** The failure of the provider that readers were told of last. */
  get lastKnown(): Failure | undefined {
    return this.#lastKnown;
  }

  /** Everybody was asked before: readers are told of whoever speaks, and of nobody else. */
  get laterRound(): boolean {
    return this.#laterRound;
  }

  /** Everybody who was asked since readers last got something to read has ended in order, without a word. */
  get onlyEmpty(): boolean {
    const asked = [...this.#asked];
    return asked.length > 0 && asked.every((name) => this.#latest.get(name)?.error.kind === 'empty');
  }

  /** Somebody may still have something to say: whoever broke off, or rested until now. */
  get anyoneLeft(): boolean {
    return this.#askableAgain().length > 0;
  }

  /**
   * The next provider to ask: ready ones first, then those that are a last resort. A pinned one always.
   * @param admits whether a provider may be asked now
   */
  next(tracker: ProviderTracker, admits: (provider: ChatProvider) => boolean = () => true): ChatProvider | undefined {
    const again = this.#retry;
    this.#retry = undefined;
    if (again !== undefined) return again;
    const next =
      this.#pinned && !this.#laterRound
        ? this.#left[0]
        : (this.#left.find((one) => readinessOf(one, tracker) === 'ready' && admits(one)) ??
          this.#left.find((one) => this.#isLastResort(one, tracker) && admits(one)));
    this.#left = this.#left.filter((provider) => provider !== next);
    return next;
  }

  /** Whether somebody else is up who may be asked for this answer. */
  othersReady(tracker: ProviderTracker): boolean {
    return !this.#pinned && this.#left.some((provider) => readinessOf(provider, tracker) === 'ready');
  }

  /** After the caller's own mistake nobody else is asked, save one with a larger window if the context was too long. */
  failed(failure: Failure): void {
    const { error, provider, attempt } = failure;
    this.#last = failure;
    if (attempt.known) this.#lastKnown = failure;
    this.#latest.set(provider.name, failure);
    if (attempt.heard && error.kind !== 'empty') this.#asked.clear();
    else this.#asked.add(provider.name);
    if (error.kind === 'rate') this.#awaited.add(provider.name);
    if (error.kind !== 'caller') return;
    this.#tooSmall = error.code === 'context_length_exceeded' ? Math.max(this.#tooSmall, windowOf(provider)) : Infinity;
    this.#left = this.#left.filter((other) => windowOf(other) > this.#tooSmall);
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

  /** Begins another round: whoever failed in passing is asked again, and whoever rested until now. */
  nextRound(): void {
    this.#laterRound = true;
    this.#left = this.#askableAgain();
  }

  /** What may be waited for, now that everybody has failed. */
  prospects(tracker: ProviderTracker): Prospects {
    const askable = this.#askableAgain();
    const anytime = askable.filter((provider) => !this.#isAwaited(provider, tracker));
    const resting = askable.filter((provider) => readinessOf(provider, tracker) === 'resting');
    return {
      anytime: anytime.length > 0,
      probing: askable.length > anytime.length + resting.length,
      retryMs: resting.length === 0 ? undefined : tracker.soonestRetryMs((provider) => resting.includes(provider)),
    };
  }

  #askableAgain(): ChatProvider[] {
    return this.#everyone.filter((provider) => {
      const kind = this.#latest.get(provider.name)?.error.kind;
      if (windowOf(provider) <= this.#tooSmall || (kind !== undefined && LASTING.has(kind))) return false;
      return kind !== 'empty' || !this.#asked.has(provider.name);
    });
  }

  #isLastResort(provider: ChatProvider, tracker: ProviderTracker): boolean {
    return readinessOf(provider, tracker) === 'last-resort' && !this.#isAwaited(provider, tracker);
  }

  /** It rests, or has rested and not been found well since. */
  #isAwaited(provider: ChatProvider, tracker: ProviderTracker): boolean {
    const readiness = readinessOf(provider, tracker);
    if (readiness === 'resting') this.#awaited.add(provider.name);
    else if (readiness === 'ready') this.#awaited.delete(provider.name);
    return this.#awaited.has(provider.name);
  }

  /**
   * Why the answer could not be completed.
   * @param soonestRetryMs when the first resting provider that could be asked may be asked again
   * @param cutShort others were left, but a begun answer was not to be continued
   */
  verdict(soonestRetryMs: number | undefined, cutShort: boolean): AnswerError {
    const failures = [...this.#latest.values()];
    return verdictOf({
      failures,
      last: this.#last,
      misfits: this.#misfits,
      pinned: this.#pinned,
      cutShort,
      soonestRetryMs,
    });
  }
}

function windowOf(provider: ChatProvider): number {
  return provider.contextTokens(provider.model);
}

function readinessOf({ name }: ChatProvider, tracker: ProviderTracker): Readiness | undefined {
  return tracker.find(name)?.readiness;
}
