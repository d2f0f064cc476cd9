import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { APP_CONFIG, type AppConfig } from '../../config/app-config.js';
import type { ChatProvider } from '../chat-provider.js';
import type { ChatCompletionRequest } from '../completion.js';
import { AttemptRunner, type RelayRun, type ShownSoFar } from './attempt-runner.js';
import { AttemptTrail } from './attempt-trail.js';
import { HedgedAttempts } from './hedged-attempts.js';
import { ProviderTracker } from './provider-tracker.js';
import type { RelayPart } from './relay-part.js';
import { Router } from './router.js';

/** A refusal faster than this cost the reader nothing: asking once more is cheap. */
const FAILED_FAST_MS = 1_000;
const RETRY_DELAY_MS = 150;

export interface RelayTask {
  request: ChatCompletionRequest;
  /** Only this provider: no rotation, no failover. */
  pinned?: string;
  shown: ShownSoFar;
  answerId: string;
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
   * Yields one array of parts per read of a provider's socket.
   * @throws AnswerError when no provider could complete the answer
   * @throws signal.reason when `signal` aborts
   */
  async *relay(task: RelayTask, signal: AbortSignal): AsyncGenerator<RelayPart[], void> {
    const trail = new AttemptTrail(this.#order(task), task.pinned !== undefined);
    const run: RelayRun = { ...task, trail, signal };
    for (let provider = trail.next(this.tracker); provider !== undefined; provider = trail.next(this.tracker)) {
      if (yield* this.#attempt(provider, run, task)) return;
      if (this.#cutShort(task)) break;
      if (!this.#mayRetry(trail)) continue;
      await delay(RETRY_DELAY_MS * (1 + Math.random()), undefined, { signal }).catch(() => signal.throwIfAborted());
      trail.retry();
    }
    throw trail.verdict(this.tracker.soonestRetryMs(task.pinned), this.#cutShort(task));
  }

  #order(task: RelayTask): ChatProvider[] {
    if (task.pinned === undefined) return this.router.order(this.tracker.candidates());
    const pinned = this.tracker.find(task.pinned);
    return pinned === undefined ? [] : [pinned.provider];
  }

  /** Only the first attempt is hedged: later ones are late already. */
  async *#attempt(provider: ChatProvider, run: RelayRun, task: RelayTask): AsyncGenerator<RelayPart[], boolean> {
    const hedgeable = task.pinned === undefined && run.trail.last === undefined;
    const lateAfterMs = hedgeable ? this.hedged.lateAfterMs() : undefined;
    const attempt = this.attempts.begin(provider, run);
    yield [this.attempts.started(attempt, run)];
    if (lateAfterMs !== undefined) return yield* this.hedged.run(attempt, lateAfterMs, run);
    return yield* this.attempts.run(attempt, this.attempts.parts(attempt, run, run.signal), run);
  }

  /** Text was shown, and it is not to be continued by anyone else. */
  #cutShort({ shown }: RelayTask): boolean {
    return shown.text !== '' && !this.config.chat.continueAnswers;
  }

  /** Nobody else is up, and the provider refused at once: one more try at it. */
  #mayRetry(trail: AttemptTrail): boolean {
    const { last } = trail;
    if (last === undefined || trail.retried || trail.othersReady(this.tracker)) return false;
    return last.error.kind === 'server' && last.error.nothingReceived && last.attempt.elapsedMs < FAILED_FAST_MS;
  }
}
