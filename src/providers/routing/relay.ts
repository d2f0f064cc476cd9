import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { APP_CONFIG, type AppConfig } from '../../config/app-config.js';
import type { ChatProvider } from '../chat-provider.js';
import type { ChatCompletionRequest } from '../completion.js';
import { AttemptRunner, type Predecessor, type RelayRun, type ShownSoFar } from './attempt-runner.js';
import { AttemptTrail } from './attempt-trail.js';
import type { ProviderMisfit } from './failure-messages.js';
import { HedgedAttempts } from './hedged-attempts.js';
import { ProviderTracker } from './provider-tracker.js';
import type { RelayPart } from './relay-part.js';
import { Router, type Candidate } from './router.js';

/** A refusal faster than this cost the reader nothing: asking once more is cheap. */
const FAILED_FAST_MS = 1_000;
const RETRY_DELAY_MS = 150;

export interface RelayTask {
  request: ChatCompletionRequest;
  /** Only this provider: no rotation, no failover. */
  pinned?: string;
  shown: ShownSoFar;
  answerId: string;
  /** Whose answer the first attempt goes on with, and how that one failed, if it did. */
  continues?: Predecessor;
  /** Is told everything, as it comes: one array of parts per read of a provider's socket. */
  say(parts: RelayPart[]): void;
}

/**
 * The mechanism: asks the providers in the router's order until one completes the answer. A failure before any text
 * restarts at the next provider; after some text the next one continues it. What a failure leads to is decided by its
 * kind, in {@link AttemptTrail}.
 */
@Injectable()
export class Relay {
  constructor(
    private readonly router: Router,
    private readonly tracker: ProviderTracker,
    private readonly attempts: AttemptRunner,
    private readonly hedged: HedgedAttempts,
    @Inject(APP_CONFIG) private readonly config: AppConfig,
  ) {}

  /**
   * Resolves when a provider has completed the answer.
   * @throws AnswerError when no provider could complete the answer
   * @throws signal.reason when `signal` aborts
   */
  async relay(task: RelayTask, signal: AbortSignal): Promise<void> {
    const misfits = this.#misfits(task);
    const fits = ({ name }: ChatProvider) => misfits.every(({ provider }) => provider !== name);
    const trail = new AttemptTrail(this.#order(task, fits), task.pinned !== undefined, misfits);
    const run: RelayRun = { ...task, trail, signal };
    for (let provider = trail.next(this.tracker); provider !== undefined; provider = trail.next(this.tracker)) {
      if (await this.#attempt(provider, run, task)) return;
      if (this.#cutShort(task)) break;
      if (!this.#mayRetry(trail)) continue;
      await delay(RETRY_DELAY_MS * (1 + Math.random()), undefined, { signal }).catch(() => signal.throwIfAborted());
      trail.retry();
    }
    const couldTake = (provider: ChatProvider) => fits(provider) && this.#concerns(task, provider);
    throw trail.verdict(this.tracker.soonestRetryMs(couldTake), this.#cutShort(task));
  }

  /** Who need not be asked, since what is asked is known not to fit. */
  #misfits(task: RelayTask): ProviderMisfit[] {
    if (task.request.options === undefined) return [];
    return this.tracker.candidates().flatMap(({ provider }) => {
      const misfit = this.#concerns(task, provider) ? provider.misfit?.(task.request) : undefined;
      return misfit === undefined ? [] : [{ provider: provider.name, ...misfit }];
    });
  }

  #order(task: RelayTask, fits: (provider: ChatProvider) => boolean): ChatProvider[] {
    const candidates = this.tracker.candidates();
    if (task.pinned !== undefined)
      return candidates.map(({ provider }) => provider).filter((one) => this.#concerns(task, one) && fits(one));
    // Left out as one that rests, so that the others keep their turns.
    const fitting = candidates.map((candidate): Candidate =>
      fits(candidate.provider) ? candidate : { ...candidate, readiness: 'resting' },
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
    run.say([this.attempts.started(attempt, run)]);
    if (hedged) return this.hedged.run(attempt, run);
    return this.attempts.run(attempt, this.attempts.parts(attempt, run, run.signal), run);
  }

  /**
   * Something was shown that is not to be continued by anyone else: a tool call, JSON (which two providers would hardly
   * make one of), any text where the configuration says so.
   */
  #cutShort({ shown, request }: RelayTask): boolean {
    if (shown.calledTools === true) return true;
    const whole = request.options?.responseFormat !== undefined || !this.config.chat.continueAnswers;
    return shown.text !== '' && whole;
  }

  /** Nobody else is up, and the provider refused at once: one more try at it. */
  #mayRetry(trail: AttemptTrail): boolean {
    const { last } = trail;
    if (last === undefined || trail.retried || trail.othersReady(this.tracker)) return false;
    return last.error.kind === 'server' && last.error.nothingReceived && last.attempt.elapsedMs < FAILED_FAST_MS;
  }
}
