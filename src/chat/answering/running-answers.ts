import { Injectable } from '@nestjs/common';
import { sessionName, type SessionKey } from '../../history/history-store.js';
import { Metrics, type Gauge } from '../../metrics/metrics.js';
import { ProblemException } from '../../http/problem.exception.js';
import { WorkBudget } from '../../http/work-budget.js';
import type { Answer } from '../answer/answer.js';

/** Who asks again at once may have left the answer before: the notice of it can come after the question. */
const LOOKED_AT_MS = 500;

/** The answers being generated in this process, those that are stored by id and by session. */
@Injectable()
export class RunningAnswers {
  readonly #all = new Map<string, Answer>();
  readonly #byId = new Map<string, Answer>();
  readonly #bySession = new Map<string, Answer>();
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

  /** One that can be read and stopped by its id. */
  get(answerId: string): Answer | undefined {
    return this.#byId.get(answerId);
  }

  inSession(session: SessionKey): Answer | undefined {
    return this.#bySession.get(sessionName(session));
  }

  /**
   * To a client that sent `Last-Event-ID` with a question: it comes back, to an answer that is not known by a key.
   * @throws ProblemException 409 `answer_running` with the id of what runs in the session, else 404
   */
  refuseToComeBack(session: SessionKey | undefined): never {
    const running = this.#rival(session);
    if (running !== undefined) throw answerRunning(running.id);
    const detail =
      'With Last-Event-ID a question is not asked again. Come back by GET /rr-chat/stream/{answer_id}, or by the ' +
      'Idempotency-Key that it was asked with; leave the header out to ask anew.';
    throw new ProblemException({ status: 404, code: 'not_found', detail });
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
   * or left by its readers. Nobody else can take it until the answer is {@link settled}.
   * @throws ProblemException 409 `answer_running` where it is neither
   */
  async claimSession(answer: Answer, supersede: boolean): Promise<void> {
    const { session } = answer.options;
    const deadline = performance.now() + LOOKED_AT_MS;
    // Again after each wait: of several that supersede at once, another may have been quicker.
    for (let other = this.#rival(session); other !== undefined; other = this.#rival(session)) {
      if (!supersede && !(await other.givesWay(deadline - performance.now()))) throw answerRunning(other.id);
      other.stop('stopped');
      await other.settled;
    }
    if (session !== undefined) {
      this.#bySession.set(sessionName(session), answer);
      this.#byId.set(answer.id, answer);
    }
    this.#all.set(answer.id, answer);
    this.budget.watchText(answer.log);
    this.#gauge.set(this.#all.size);
  }

  /** It says nothing more, and the history has its text: its session takes the next question. */
  settled(answer: Answer): void {
    const { session } = answer.options;
    if (session !== undefined && this.inSession(session) === answer) this.#bySession.delete(sessionName(session));
    answer.settle();
  }

  /** Its last event is due. It can still be read until it is stored. */
  ended(answer: Answer): void {
    this.settled(answer);
    this.#all.delete(answer.id);
    this.budget.forgetText(answer.log);
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
}

/** A session whose answer runs takes no other question. */
function answerRunning(answerId: string): ProblemException {
  return new ProblemException({
    status: 409,
    code: 'answer_running',
    detail: 'An answer is still running in this session. Read it or stop it; /rr-chat takes "supersede": true as well.',
    answer_id: answerId,
  });
}
