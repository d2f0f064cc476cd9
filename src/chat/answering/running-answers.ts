import { Injectable } from '@nestjs/common';
import { sessionName, type SessionKey } from '../../history/history-store.js';
import { Metrics, type Gauge } from '../../metrics/metrics.js';
import { ProblemException } from '../../http/problem.exception.js';
import { WorkBudget } from '../../http/work-budget.js';
import type { Answer } from '../answer/answer.js';

/** A client that asks again at once may have left the answer before: the notice of it can come after the question. */
const LOOKED_AT_MS = 500;

/** An answer's hold on its session and on its id. Giving something back twice is giving it back once. */
export interface Claim {
  /** The answer says nothing more, and the history has its text: its session takes the next question. */
  freeSession(): void;
  /** Its last event is due. It can still be read by its id until it is stored. */
  end(): void;
  /** All of it: the history has the answer, or it could not be opened. */
  release(): void;
}

interface SessionClaim {
  readonly answer: Answer;
  readonly freed: Promise<void>;
}

/** The answers being generated in this process; those that are stored by id and by session. */
@Injectable()
export class RunningAnswers {
  readonly #all = new Map<string, Answer>();
  readonly #byId = new Map<string, Answer>();
  readonly #bySession = new Map<string, SessionClaim>();
  readonly #gauge: Gauge;

  constructor(
    private readonly budget: WorkBudget,
    metrics: Metrics,
  ) {
    this.#gauge = metrics.gauge('rondo_running_answers');
    this.#gauge.set(0);
  }

  /** A reader has left an answer. */
  leave(answerId: string): void {
    this.#all.get(answerId)?.leave();
  }

  /** An answer that can be read and stopped by its id. */
  get(answerId: string): Answer | undefined {
    return this.#byId.get(answerId);
  }

  inSession(session: SessionKey): Answer | undefined {
    return this.#bySession.get(sessionName(session))?.answer;
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
   * Takes the answer's session for it, if it has one, as soon as that is free: a running answer has to be superseded, or
   * left by its readers.
   * @throws ProblemException 409 `answer_running` where it is neither
   */
  async claim(answer: Answer, supersede: boolean): Promise<Claim> {
    const { session } = answer.options;
    const name = session === undefined ? undefined : sessionName(session);
    const deadline = performance.now() + LOOKED_AT_MS;
    // Again after each wait: of several that supersede at once, another may have been quicker.
    for (let other = this.#inSession(name); other !== undefined; other = this.#inSession(name))
      await this.#end(other, supersede, deadline);
    const freed = Promise.withResolvers<void>();
    if (name !== undefined) {
      this.#bySession.set(name, { answer, freed: freed.promise });
      this.#byId.set(answer.id, answer);
    }
    this.#all.set(answer.id, answer);
    this.budget.watchText(answer.log);
    this.#gauge.set(this.#all.size);
    return this.#claimed(answer, name, freed.resolve);
  }

  #inSession(name: string | undefined): SessionClaim | undefined {
    return name === undefined ? undefined : this.#bySession.get(name);
  }

  async #end({ answer, freed }: SessionClaim, supersede: boolean, deadline: number): Promise<void> {
    const givesWay = () => Promise.race([answer.isLeft(deadline - performance.now()), freed.then(() => true)]);
    if (!supersede && !(await givesWay())) throw answerRunning(answer.id);
    answer.stop('stopped');
    await freed;
  }

  #claimed(answer: Answer, name: string | undefined, freed: () => void): Claim {
    const freeSession = (): void => {
      if (name !== undefined && this.#bySession.get(name)?.answer === answer) this.#bySession.delete(name);
      freed();
    };
    const end = (): void => {
      freeSession();
      this.#all.delete(answer.id);
      this.budget.forgetText(answer.log);
      this.#gauge.set(this.#all.size);
    };
    const release = (): void => {
      end();
      this.#byId.delete(answer.id);
    };
    return { freeSession, end, release };
  }
}

/** A session whose answer runs takes no other question. */
export function answerRunning(answerId: string): ProblemException {
  return new ProblemException({
    status: 409,
    code: 'answer_running',
    detail: 'An answer is still running in this session. Read it or stop it; /rr-chat takes "supersede": true as well.',
    answer_id: answerId,
  });
}
