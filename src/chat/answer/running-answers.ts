import { Inject, Injectable } from '@nestjs/common';
import { APP_CONFIG, type AppConfig } from '../../config/app-config.js';
import type { SessionKey } from '../../history/history-store.js';
import { Metrics, type Gauge } from '../../metrics/metrics.js';
import { ProblemException } from '../../http/problem.exception.js';
import type { Answer } from './answer.js';

/** What an overloaded service asks its callers to wait. */
const RETRY_AFTER_MS = 1_000;

/** A place among the running answers; giving it back twice is giving it back once. */
export interface Place {
  release(): void;
}

/** The answers being generated in this process, by id and by session, and the bound on their number. */
@Injectable()
export class RunningAnswers {
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
   * Reserves a place before anything is stored or asked.
   * @throws ProblemException 503 or 429 `overloaded` where there is none
   */
  reserve(userId: string): Place {
    const { maxRunningAnswers, maxRunningPerUser } = this.config.limits;
    const ofUser = this.#placesOf.get(userId) ?? 0;
    if (this.#places >= maxRunningAnswers) throw overloaded(503, 'The service is busy. Try again in a moment.');
    if (ofUser >= maxRunningPerUser)
      throw overloaded(429, `You have ${maxRunningPerUser} answers running. Wait for one of them to end.`);
    this.#places++;
    this.#placesOf.set(userId, ofUser + 1);
    let held = true;
    return {
      release: () => {
        if (!held) return;
        held = false;
        this.#giveBack(userId);
      },
    };
  }

  get(answerId: string): Answer | undefined {
    return this.#byId.get(answerId);
  }

  inSession(session: SessionKey): Answer | undefined {
    return this.#bySession.get(keyOf(session));
  }

  /** Resolves when no answer is running any more. */
  async idle(): Promise<void> {
    while (this.#bySession.size > 0) await Promise.all([...this.#bySession.values()].map((answer) => answer.ended));
  }

  /** Ends all of them as `interrupted`; resolves when their last events are out. */
  async interruptAll(): Promise<void> {
    for (const answer of this.#bySession.values()) answer.stop('interrupted');
    await this.idle();
  }

  /**
   * The answer takes its session; nobody else can until it has ended.
   * @throws ProblemException 409 `answer_running` where another answer has it
   */
  claim(answer: Answer): void {
    const key = keyOf(answer.options.session);
    const other = this.#bySession.get(key);
    if (other !== undefined) throw answerRunning(other);
    this.#bySession.set(key, answer);
    this.#byId.set(answer.id, answer);
    this.#gauge.set(this.#bySession.size);
  }

  /** It says nothing more: its session takes the next question. It can still be read until it is stored. */
  ended(answer: Answer): void {
    this.#bySession.delete(keyOf(answer.options.session));
    this.#gauge.set(this.#bySession.size);
  }

  /** The history has it; from now on it is read from there. */
  stored(answer: Answer): void {
    this.#byId.delete(answer.id);
  }

  #giveBack(userId: string): void {
    this.#places--;
    const left = (this.#placesOf.get(userId) ?? 1) - 1;
    if (left > 0) this.#placesOf.set(userId, left);
    else this.#placesOf.delete(userId);
  }
}

function keyOf({ userId, sessionId }: SessionKey): string {
  return `${userId}\n${sessionId}`;
}

export function answerRunning(running: Answer): ProblemException {
  return new ProblemException({
    status: 409,
    code: 'answer_running',
    detail: 'An answer is still running in this session. Read it, stop it, or send "supersede": true.',
    answer_id: running.id,
  });
}

function overloaded(status: 429 | 503, detail: string): ProblemException {
  return new ProblemException({ status, code: 'overloaded', detail, retryAfterMs: RETRY_AFTER_MS });
}
