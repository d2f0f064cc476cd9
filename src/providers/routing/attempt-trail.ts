import type { AnswerError } from '../answer-error.js';
import type { ChatCompletionRequest } from '../completion.js';
import type { FailureKind } from '../provider-error.js';
import { Attempt } from './attempt.js';
import type { Prospects } from './patience.js';
import type { Route } from './route.js';
import type { Candidate } from './router.js';
import { verdictOf, type Failure } from './verdict.js';

/** Another try at the same provider would end alike: it is not asked again for this answer. */
const LASTING: ReadonlySet<FailureKind> = new Set(['caller', 'misfit', 'credentials']);

/** Walks the route of one answer: who was asked, how each failed, and who is next, in this round and in later ones. */
export class AttemptTrail {
  /** The last failure of each provider, by its name. */
  readonly #latest = new Map<string, Failure>();
  /** Who was asked in vain since readers last got something new. */
  readonly #asked = new Set<string>();
  /** Whose rate limit has to end, and whose probe has to answer, before it is asked again. */
  readonly #awaited = new Set<string>();
  /** Whom this round has not asked yet, each with its health when the order was made. */
  #left: readonly Candidate[];
  #last: Failure | undefined;
  #lastKnown: Failure | undefined;
  #retry: Candidate | undefined;
  #count = 0;
  #laterRound = false;
  #retried = false;
  /** Only context windows larger than this hold the conversation, in tokens. */
  #tooSmall = 0;

  constructor(private readonly route: Route) {
    this.#left = route.first;
  }

  /** Starts the next attempt: they are numbered 0, 1, 2 … within the answer. */
  start(candidate: Candidate, request: ChatCompletionRequest): Attempt {
    return new Attempt(this.#count++, candidate, request);
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

  get retried(): boolean {
    return this.#retried;
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
   * Takes the next provider to ask.
   * @param admits whether a provider, by its name, may be asked now
   */
  next(admits: (provider: string) => boolean = () => true): Candidate | undefined {
    const next = this.#retry ?? this.#order().find(({ provider }) => admits(provider.name));
    this.#retry = undefined;
    this.#left = this.#left.filter(({ provider }) => provider !== next?.provider);
    return next;
  }

  /** Whether somebody else is up who may be asked for this answer. */
  othersUp(): boolean {
    return this.#left.some((candidate) => this.#current(candidate).health === 'up');
  }

  /** After the caller's own mistake nobody else is asked, save one with a larger window if the context was too long. */
  failed(failure: Failure): void {
    const { error, attempt } = failure;
    const { name } = attempt.provider;
    this.#last = failure;
    if (attempt.known) this.#lastKnown = failure;
    this.#latest.set(name, failure);
    if (attempt.heard && error.kind !== 'empty') this.#asked.clear();
    else this.#asked.add(name);
    if (error.kind === 'rate') this.#awaited.add(name);
    if (error.kind !== 'caller') return;
    const tooLong = error.code === 'context_length_exceeded';
    this.#tooSmall = tooLong ? Math.max(this.#tooSmall, windowOf(attempt.candidate)) : Infinity;
    this.#left = this.#left.filter((other) => windowOf(other) > this.#tooSmall);
  }

  /** It was asked and did not fail: it may still be asked, after those that were not. */
  putBack(candidate: Candidate): void {
    this.#left = [...this.#left, candidate];
  }

  /** Asks the provider that failed last once more. */
  retry(): void {
    this.#retried = true;
    this.#retry = this.last?.attempt.candidate;
  }

  /** Starts another round: whoever failed in passing is asked again, and whoever rested until now. */
  nextRound(): void {
    this.#laterRound = true;
    this.#left = this.#askableAgain();
  }

  /** What may be waited for, now that everybody has failed. */
  prospects(): Prospects {
    const askable = this.#askableAgain();
    const awaited = askable.filter((candidate) => this.#current(candidate).health === 'resting');
    return {
      anytime: askable.length > awaited.length,
      probing: awaited.some((candidate) => this.route.healthNow(candidate) !== 'resting'),
      retryMs: this.route.soonestRetryMs(askable),
    };
  }

  /**
   * Why the answer could not be completed.
   * @param cutShort others were left, but a started answer was not to be continued
   */
  verdict(cutShort: boolean): AnswerError {
    const { misfits, pinned } = this.route;
    const failures = [...this.#latest.values()];
    const soonestRetryMs = this.route.soonestRetryMs();
    return verdictOf({ failures, last: this.#last, misfits, pinned, cutShort, soonestRetryMs });
  }

  /** The first order holds until somebody's health changes; later rounds are ordered by the health of their own time. */
  #order(): readonly Candidate[] {
    const current = this.#left.map((candidate) => this.#current(candidate));
    const unchanged = current.every(({ health }, index) => health === this.#left[index]?.health);
    return unchanged && !this.#laterRound ? this.#left : this.route.reorder(current);
  }

  /** With its health now. One that has rested keeps resting, for this answer, until its probe has answered. */
  #current(candidate: Candidate): Candidate {
    const health = this.route.healthNow(candidate);
    const { name } = candidate.provider;
    if (health === 'resting') this.#awaited.add(name);
    else if (health === 'up') this.#awaited.delete(name);
    return { ...candidate, health: this.#awaited.has(name) ? 'resting' : health };
  }

  #askableAgain(): Candidate[] {
    return this.route.eligible.filter((candidate) => {
      const { name } = candidate.provider;
      const kind = this.#latest.get(name)?.error.kind;
      if (windowOf(candidate) <= this.#tooSmall || (kind !== undefined && LASTING.has(kind))) return false;
      return kind !== 'empty' || !this.#asked.has(name);
    });
  }
}

function windowOf({ provider, model }: Candidate): number {
  return provider.contextTokens(model);
}
