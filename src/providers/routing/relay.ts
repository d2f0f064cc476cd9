import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { APP_CONFIG, type AppConfig } from '../../config/app-config.js';
import { AnswerError } from '../answer-error.js';
import { TokenEstimator } from '../tokens/token-estimator.js';
import { Attempts } from './attempts.js';
import { AttemptTrail } from './attempt-trail.js';
import type { Attempt } from './attempt.js';
import { MESSAGES } from './failure-messages.js';
import { OutputLimit } from './output-limit.js';
import { Patience } from './patience.js';
import { ProviderTracker } from './provider-tracker.js';
import { Readmission } from './readmission.js';
import type { RelayRun, RelayTask } from './relay-task.js';
import { Route } from './route.js';
import { Router, type Candidate } from './router.js';

/** A refusal faster than this cost the reader nothing: asking once more is cheap. */
const FAILED_FAST_MS = 1_000;
const RETRY_DELAY_MS = 150;
/** A provider that breaks off after every few words renews patience each time: its attempts are paid, and recorded. */
const MOST_ATTEMPTS = 200;

/** A run with what bounds it. */
interface BoundedRun extends RelayRun {
  readonly limit: OutputLimit;
  readonly patience: Patience;
}

/**
 * The mechanism: asks the providers in the router's order until one completes the answer. After a failure before any text
 * the next provider starts the answer again; after some text it continues it. Where all have failed and that may pass,
 * further rounds follow, as long as {@link Patience} lasts. {@link AttemptTrail} decides by a failure's kind who is left.
 */
@Injectable()
export class Relay {
  constructor(
    private readonly router: Router,
    private readonly tracker: ProviderTracker,
    private readonly attempts: Attempts,
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
    const trail = new AttemptTrail(new Route(this.router, this.tracker, task));
    const limit = new OutputLimit(task.request.maxTokens, this.estimator);
    const run = { task, trail, signal, limit, patience: new Patience(this.config.relay.patienceMs) };
    for (;;) {
      const before = trail.count;
      if (await this.#round(run)) return;
      const cutShort = this.#cutShort(task);
      const pause = cutShort ? undefined : this.#pause(run, trail.count > before);
      // Nobody has anything to say, or to add.
      if (trail.onlyEmpty && !trail.anyoneLeft) return;
      if (pause === undefined) throw trail.verdict(cutShort);
      await this.#wait(pause, run);
      trail.nextRound();
    }
  }

  async #wait(ms: number, { task: { closing }, signal }: RelayRun): Promise<void> {
    const either = closing === undefined ? signal : AbortSignal.any([signal, closing]);
    await delay(ms, undefined, { signal: either }).catch(() => {
      signal.throwIfAborted();
      throw new AnswerError('interrupted', MESSAGES.interrupted);
    });
  }

  /** Asks everybody who may be asked now, one after the other. True: the answer is complete. */
  async #round(run: BoundedRun): Promise<boolean> {
    const { task, trail, signal, limit, patience } = run;
    for (let next = this.#next(run); next !== undefined; next = this.#next(run)) {
      const maxTokens = await limit.left(addedText(task));
      if (maxTokens === 0) {
        task.say([{ type: 'finish', reason: 'length' }]);
        return true;
      }
      const request = maxTokens === undefined ? task.request : { ...task.request, maxTokens };
      if (await this.#attempt(trail.start(next, request), run)) return true;
      if (this.#cutShort(task)) return false;
      if (trail.last?.attempt.heard === true) patience.renew();
      if (!mayRetry(trail)) continue;
      const pauseMs = RETRY_DELAY_MS * (1 + Math.random());
      await delay(pauseMs, undefined, { signal }).catch(() => signal.throwIfAborted());
      trail.retry();
    }
    return false;
  }

  #next({ trail, patience }: BoundedRun): Candidate | undefined {
    if (patience.over || trail.count >= MOST_ATTEMPTS) return undefined;
    return trail.next((provider) => !trail.laterRound || this.readmission.hasRoom(provider));
  }

  /** How long to wait before the next round; undefined: there is none. */
  #pause({ task: { shown }, trail, patience }: BoundedRun, asked: boolean): number | undefined {
    if (trail.count >= MOST_ATTEMPTS) return undefined;
    return patience.pause(shown.text !== '' || shown.reasoning !== '', asked, trail.prospects());
  }

  /** Attempts of later rounds are paced. */
  async #attempt(attempt: Attempt, run: RelayRun): Promise<boolean> {
    const { name } = attempt.provider;
    const visit = run.trail.laterRound ? this.readmission.enter(name) : undefined;
    if (visit !== undefined) attempt.onFirstToken = () => visit.spoke();
    try {
      const complete = await this.attempts.run(attempt, run);
      if (!complete) this.readmission.failed(name);
      return complete;
    } finally {
      visit?.leave();
    }
  }

  /**
   * Something was shown that nobody else may continue: a tool call, JSON (two providers would hardly make one document), or
   * any text where the configuration says so.
   */
  #cutShort({ shown, request }: RelayTask): boolean {
    if (shown.calledTools === true) return true;
    const undivided = request.options?.responseFormat !== undefined || !this.config.chat.continueAnswers;
    return undivided && shown.text.trim() !== '';
  }
}

/** The text that this answer has added to the one it continues. */
function addedText({ shown, continues }: RelayTask): string {
  return shown.text.slice(continues?.text.length ?? 0);
}

/** Nobody else is up, and the provider refused at once: one more try at it. */
function mayRetry(trail: AttemptTrail): boolean {
  const { last } = trail;
  if (last === undefined || trail.retried || trail.othersUp()) return false;
  return last.error.kind === 'server' && last.error.nothingReceived && last.attempt.elapsedMs < FAILED_FAST_MS;
}
