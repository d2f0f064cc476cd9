import { Inject, Injectable } from '@nestjs/common';
import { APP_CONFIG, type AppConfig } from '../../config/app-config.js';
import type { SessionKey } from '../../history/history-store.js';
import { Metrics, type Gauge } from '../../metrics/metrics.js';
import { ProblemException } from '../../http/problem.exception.js';
import type { Answer } from './answer.js';

/** What an overloaded service asks its callers to wait. */
const RETRY_AFTER_MS = 1_000;

/** After this long without a reader, an answer no longer keeps its session from the next question. */
const ABANDONED_AFTER_MS = 5_000;

/** A place among the running answers; giving it back twice is giving it back once. */
export interface Place {
  release(): void;
}

/** The answers being generated in this process, those that are stored by id and by session, and the bound on their number. */
@Injectable()
export class RunningAnswers {
  readonly #all = new Map<string, Answer>();
  readonly #byId = new Map<string, Answer>();
  readonly #bySession = new Map<string, Answer>();
  readonly #placesOf = new Map<string, number>();
  #places = 0;
  readonly #gauge: Gauge;

  constructor(
    @Inject(APP_CONFIG) private readonly config: AppConfig,
    metrics: Metrics,
  ) {
    this.#gauge = metrics.gauge('rondo_running_answers');
    this.#gauge.set(0);
  }

  /**
   * Reserves a place before anything is stored or asked; without a user only the bound on all of them counts.
   * @throws ProblemException 503 or 429 `overloaded` where there is none
   */
  reserve(userId: string | undefined): Place {
    const { maxRunningAnswers, maxRunningPerUser } = this.config.limits;
    const ofUser = userId === undefined ? 0 : (this.#placesOf.get(userId) ?? 0);
    if (this.#places >= maxRunningAnswers) throw overloaded(503, 'The service is busy. Try again in a moment.');
    if (ofUser >= maxRunningPerUser)
      throw overloaded(429, `You have ${maxRunningPerUser} answers running. Wait for one of them to end.`);
    this.#places++;
    if (userId !== undefined) this.#placesOf.set(userId, ofUser + 1);
    let held = true;
    return {
      release: () => {
        if (!held) return;
        held = false;
        this.#giveBack(userId);
      },
    };
  }

  /** A reader has left an answer. */
  leave(answerId: string): void {
    this.#all.get(answerId)?.leave();
  }

  /** One that can be read and stopped by its id. */
  get(answerId: string): Answer | undefined {
    return this.#byId.get(answerId);
  }

  inSession(session: SessionKey): Answer | undefined {
    return this.#bySession.get(keyOf(session));
  }

  /** Resolves when no answer is running any more. */
  async idle(): Promise<void> {
    while (this.#all.size > 0) await Promise.all([...this.#all.values()].map((answer) => answer.ended));
  }

  /** Ends all of them as `interrupted`; resolves when their last events are out. */
  async interruptAll(): Promise<void> {
    for (const answer of this.#all.values()) answer.stop('interrupted');
    await this.idle();
  }

  /**
   * The answer begins and takes its session, if it has one, as soon as that is free: a running answer has to be superseded,
   * or abandoned by its readers. Nobody else can take it until the answer is {@link settled}.
   * @throws ProblemException 409 `answer_running` where it is neither
   */
  async claimSession(answer: Answer, supersede: boolean): Promise<void> {
    const { session } = answer.options;
    // Again after each wait: of several that supersede at once, another may have been quicker.
    for (let other = this.#rival(session); other !== undefined; other = this.#rival(session)) {
      if (!supersede && !other.abandonedFor(ABANDONED_AFTER_MS)) throw answerRunning(other);
      other.stop('stopped');
      await other.settled;
    }
    if (session !== undefined) {
      this.#bySession.set(keyOf(session), answer);
      this.#byId.set(answer.id, answer);
    }
    this.#all.set(answer.id, answer);
    this.#gauge.set(this.#all.size);
  }

  /** It says nothing more, and the history has its text: its session takes the next question. */
  settled(answer: Answer): void {
    const { session } = answer.options;
    if (session !== undefined && this.inSession(session) === answer) this.#bySession.delete(keyOf(session));
    answer.settle();
  }

  /** Its last event is due. It can still be read until it is stored. */
  ended(answer: Answer): void {
    this.settled(answer);
    this.#all.delete(answer.id);
    this.#gauge.set(this.#all.size);
  }

  /** The history has it; from now on it is read from there. */
  stored(answer: Answer): void {
    this.#byId.delete(answer.id);
  }

  /** It was claimed and could not be opened. */
  abandon(answer: Answer): void {
    this.ended(answer);
    this.stored(answer);
    answer.abandon();
  }

  #rival(session: SessionKey | undefined): Answer | undefined {
    return session === undefined ? undefined : this.inSession(session);
  }

  #giveBack(userId: string | undefined): void {
    this.#places--;
    if (userId === undefined) return;
    const left = (this.#placesOf.get(userId) ?? 1) - 1;
    if (left > 0) this.#placesOf.set(userId, left);
    else this.#placesOf.delete(userId);
  }
}

function keyOf({ userId, sessionId }: SessionKey): string {
  return `${userId}\n${sessionId}`;
}

function answerRunning(running: Answer): ProblemException {
  return new ProblemException({
    status: 409,
    code: 'answer_running',
    detail: 'An answer is still running in this session. Read it or stop it; /rr-chat takes "supersede": true as well.',
    answer_id: running.id,
  });
}

function overloaded(status: 429 | 503, detail: string): ProblemException {
  return new ProblemException({ status, code: 'overloaded', detail, retryAfterMs: RETRY_AFTER_MS });
}
