import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { APP_CONFIG, type AppConfig } from '../../config/app-config.js';
import { AnswerError } from '../answer-error.js';
import type { ChatProvider } from '../chat-provider.js';
import type { ChatCompletionRequest } from '../completion.js';
import { TokenEstimator } from '../tokens/token-estimator.js';
import { AttemptRunner } from './attempt-runner.js';
import { AttemptTrail } from './attempt-trail.js';
import type { Attempt } from './attempt.js';
import { MESSAGES, type ProviderMisfit } from './failure-messages.js';
import { HedgedAttempts } from './hedged-attempts.js';
import { OutputLimit } from './output-limit.js';
import { Patience } from './patience.js';
import { ProviderTracker } from './provider-tracker.js';
import { Readmission } from './readmission.js';
import type { RelayPart } from './relay-part.js';
import type { Predecessor, RelayRun, ShownSoFar } from './relay-run.js';
import { Router, type Candidate } from './router.js';

/** A refusal faster than this cost the reader nothing: asking once more is cheap. */
const FAILED_FAST_MS = 1_000;
const RETRY_DELAY_MS = 150;
/** A provider that breaks off after every few words renews patience each time: its attempts are paid, and recorded. */
const MOST_ATTEMPTS = 200;

export interface RelayTask {
  request: ChatCompletionRequest;
  /** Only this provider: no rotation, no failover. */
  pinned?: string;
  shown: ShownSoFar;
  answerId: string;
  /** Whose answer the first attempt goes on with, and how that one failed, if it did. */
  continues?: Predecessor;
  /** Once it aborts, no answer waits for another round. */
  closing?: AbortSignal;
  /** Is told everything, as it comes: one array of parts per read of a provider's socket. */
  say(parts: RelayPart[]): void;
}

/**
 * The mechanism: asks the providers in the router's order until one completes the answer. A failure before any text
 * restarts at the next provider; after some text the next one continues it. Where all have failed and that may pass, further
 * rounds follow, as long as {@link Patience} lasts. What a failure leads to is decided by its kind, in {@link AttemptTrail}.
 */
@Injectable()
export class Relay {
  constructor(
    private readonly router: Router,
    private readonly tracker: ProviderTracker,
    private readonly attempts: AttemptRunner,
    private readonly hedged: HedgedAttempts,
    private readonly readmission: Readmission,
    private readonly estimator: TokenEstimator,
    @Inject(APP_CONFIG) private readonly config: AppConfig,
  ) {}

  /**
   * Resolves when a provider has completed the answer, or when none has anything to say to it.
   * @throws AnswerError when no provider could complete the answer; `interrupted` where another round was to follow, but
   *   `task.closing` has aborted
   * @throws signal.reason when `signal` aborts
   * @throws anything else for a fault of our own
   */
  async relay(task: RelayTask, signal: AbortSignal): Promise<void> {
    const misfits = this.#misfits(task);
    const couldTake = (provider: ChatProvider) =>
      this.#concerns(task, provider) && misfits.every((misfit) => misfit.provider !== provider.name);
    const trail = new AttemptTrail({
      order: this.#order(task, couldTake),
      everyone: this.tracker.candidates().flatMap(({ provider }) => (couldTake(provider) ? provider : [])),
      pinned: task.pinned !== undefined,
      misfits,
    });
    const run: RelayRun = { ...task, trail, signal };
    const limit = new OutputLimit(task.request.maxTokens, this.estimator);
    const patience = new Patience(this.config.relay.patienceMs);
    for (;;) {
      const before = trail.count;
      if (await this.#round(run, task, limit, patience)) return;
      const cutShort = this.#cutShort(task);
      const pause = cutShort ? undefined : this.#pause(run, patience, trail.count > before);
      // Nobody has anything to say, or to add.
      if (trail.onlyEmpty && !trail.anyoneLeft) return;
      if (pause === undefined) throw trail.verdict(this.tracker.soonestRetryMs(couldTake), cutShort);
      await this.#wait(pause, task, signal);
      trail.nextRound();
    }
  }

  async #wait(ms: number, { closing }: RelayTask, signal: AbortSignal): Promise<void> {
    const either = closing === undefined ? signal : AbortSignal.any([signal, closing]);
    await delay(ms, undefined, { signal: either }).catch(() => {
      signal.throwIfAborted();
      throw new AnswerError('interrupted', MESSAGES.interrupted);
    });
  }

  /** Asks everybody who may be asked now, one after the other. True: the answer is complete. */
  async #round(run: RelayRun, task: RelayTask, limit: OutputLimit, patience: Patience): Promise<boolean> {
    const { trail } = run;
    for (let provider = this.#next(run, patience); provider !== undefined; provider = this.#next(run, patience)) {
      const maxTokens = await limit.left(this.#added(task));
      if (maxTokens === 0) {
        run.say([{ type: 'finish', reason: 'length' }]);
        return true;
      }
      const request = maxTokens === undefined ? run.request : { ...run.request, maxTokens };
      if (await this.#attempt(provider, { ...run, request }, task)) return true;
      if (this.#cutShort(task)) return false;
      if (trail.last?.attempt.heard === true) patience.renew();
      if (!this.#mayRetry(trail)) continue;
      await delay(RETRY_DELAY_MS * (1 + Math.random()), undefined, { signal: run.signal }).catch(() =>
        run.signal.throwIfAborted(),
      );
      trail.retry();
    }
    return false;
  }

  #next({ trail }: RelayRun, patience: Patience): ChatProvider | undefined {
    if (patience.over || trail.count >= MOST_ATTEMPTS) return undefined;
    return trail.next(this.tracker, ({ name }) => !trail.laterRound || this.readmission.hasRoom(name));
  }

  /** How long to wait before the next round; undefined: there is none. */
  #pause({ trail, shown }: RelayRun, patience: Patience, asked: boolean): number | undefined {
    if (trail.count >= MOST_ATTEMPTS) return undefined;
    return patience.pause(shown.text !== '' || shown.reasoning !== '', asked, trail.prospects(this.tracker));
  }

  /** The text that this answer has added to the one it goes on from. */
  #added({ shown, continues }: RelayTask): string {
    return shown.text.slice(continues?.text.length ?? 0);
  }

  /** Who need not be asked, since what is asked is known not to fit. */
  #misfits(task: RelayTask): ProviderMisfit[] {
    if (task.request.options === undefined) return [];
    return this.tracker.candidates().flatMap(({ provider }) => {
      const misfit = this.#concerns(task, provider) ? provider.misfit?.(task.request) : undefined;
      return misfit === undefined ? [] : [{ provider: provider.name, ...misfit }];
    });
  }

  #order(task: RelayTask, couldTake: (provider: ChatProvider) => boolean): ChatProvider[] {
    const candidates = this.tracker.candidates();
    if (task.pinned !== undefined) return candidates.map(({ provider }) => provider).filter(couldTake);
    // Left out as one that rests, so that the others keep their turns.
    const fitting = candidates.map((candidate): Candidate =>
      couldTake(candidate.provider) ? candidate : { ...candidate, readiness: 'resting' },
    );
    return this.router.order(fitting);
  }

  #concerns({ pinned }: RelayTask, { name }: ChatProvider): boolean {
    return pinned === undefined || pinned === name;
  }

  /** Only the first attempt is hedged: later ones are late already. */
  async #attempt(provider: ChatProvider, run: RelayRun, task: RelayTask): Promise<boolean> {
    const hedged = this.hedged.enabled && task.pinned === undefined && run.trail.last === undefined;
    const attempt = this.attempts.begin(provider, run);
    // What the answer goes on from is shown with its first attempt, and has to be before that is made.
    if (!run.trail.laterRound || run.trail.last === undefined) run.say([this.attempts.started(attempt, run)]);
    const whole = hedged ? await this.hedged.run(attempt, run) : await this.#run(attempt, run);
    if (!whole) this.readmission.failed(provider.name);
    return whole;
  }

  async #run(attempt: Attempt, run: RelayRun): Promise<boolean> {
    const parts = this.attempts.parts(attempt, run, run.signal);
    if (!run.trail.laterRound) return this.attempts.run(attempt, parts, run);
    const visit = this.readmission.enter(attempt.provider.name);
    attempt.onFirstToken = () => visit.spoke();
    try {
      return await this.attempts.run(attempt, parts, run);
    } finally {
      visit.leave();
    }
  }

  /**
   * Something was shown that is not to be continued by anyone else: a tool call, JSON (which two providers would hardly
   * make one of), any text where the configuration says so.
   */
  #cutShort({ shown, request }: RelayTask): boolean {
    if (shown.calledTools === true) return true;
    const whole = request.options?.responseFormat !== undefined || !this.config.chat.continueAnswers;
    return whole && shown.text.trim() !== '';
  }

  /** Nobody else is up, and the provider refused at once: one more try at it. */
  #mayRetry(trail: AttemptTrail): boolean {
    const { last } = trail;
    if (last === undefined || trail.retried || trail.othersReady(this.tracker)) return false;
    return last.error.kind === 'server' && last.error.nothingReceived && last.attempt.elapsedMs < FAILED_FAST_MS;
  }
}
