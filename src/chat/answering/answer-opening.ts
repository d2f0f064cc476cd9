import { Inject, Injectable } from '@nestjs/common';
import { APP_CONFIG, type AppConfig } from '../../config/app-config.js';
import {
  HistoryStore,
  MessageReplacedError,
  type IdempotencyMark,
  type NewTurn,
  type SessionKey,
} from '../../history/history-store.js';
import { titleOf } from '../../history/session-title.js';
import { ProblemException } from '../../http/problem.exception.js';
import { WorkBudget } from '../../http/work-budget.js';
import type { Caller } from '../../identity/caller.js';
import type { ChatCompletionRequest } from '../../providers/completion.js';
import type { FieldError } from '../../wire/problem.js';
import { newId } from '../../wire/ids.js';
import { Answer } from '../answer/answer.js';
import { OpeningAnswer } from '../answer/answer-phases.js';
import type { OnDisconnect } from '../answer/audience.js';
import type { SafetyInput } from '../safety/safety-check.js';
import { SafetyChecks } from '../safety/safety-checks.js';
import { Admissions, type Arrival } from './admissions.js';
import { AnswerRunner } from './answer-run.js';
import type { CarriedAnswer } from './answer-writer.js';
import { RunningAnswers } from './running-answers.js';

/** A question as a door hands it over. */
export interface Question {
  readonly caller: Caller;
  readonly arrival: Arrival;
  /** Where it is stored; absent: nowhere. */
  readonly session?: SessionKey;
  /** The request's `Idempotency-Key`, to be stored with it. */
  readonly mark?: IdempotencyMark;
  readonly onDisconnect: OnDisconnect;
  /** Stops an answer that still runs in its session. */
  readonly supersede: boolean;
  /**
   * Finds out what is asked, before anything is stopped for it.
   * @throws ProblemException where it cannot be asked
   */
  understand(): UnderstoodQuestion | Promise<UnderstoodQuestion>;
}

export interface UnderstoodQuestion {
  /** What the safety checks look at. */
  readonly checked: Pick<SafetyInput, 'questions' | 'texts'>;
  /** The field that a refusal by them names, where it names none itself. */
  readonly checkedField?: string;
  /**
   * The same once the session is this question's alone.
   * @throws ProblemException where it cannot be asked any more
   */
  resolve(): ResolvedQuestion | Promise<ResolvedQuestion>;
}

/** What is stored of a question. */
export type StoredTurn = Pick<NewTurn, 'questionId' | 'question' | 'target'>;

export interface ResolvedQuestion {
  /** Only of a question with a session. */
  readonly turn?: StoredTurn;
  readonly request: ChatCompletionRequest;
  /** Only this provider. */
  readonly pinned?: string;
  /** The answer that is continued. */
  readonly carried?: CarriedAnswer;
  /** Characters that the request has of the history's, beyond the body. */
  readonly contextChars: number;
}

/** Opens answers for all doors: takes what an answer needs, checks and stores the question, and has it answered. */
@Injectable()
export class AnswerOpening {
  constructor(
    private readonly admissions: Admissions,
    private readonly safety: SafetyChecks,
    private readonly running: RunningAnswers,
    private readonly history: HistoryStore,
    private readonly runner: AnswerRunner,
    private readonly budget: WorkBudget,
    @Inject(APP_CONFIG) private readonly config: AppConfig,
  ) {}

  /**
   * The answer to a question; it is being generated when this resolves, and the question is stored.
   * @throws ProblemException where the question is refused: nothing is stored, all that was taken is given back, and no
   *   provider was asked, or was left at once where it was the database that did not take the question
   */
  async open(question: Question): Promise<Answer> {
    const { caller, arrival, session } = question;
    await using unlessOpened = new AsyncDisposableStack();
    const admission = await this.admissions.admit(caller, arrival.address, session);
    unlessOpened.defer(() => admission.refund());
    const understood = await question.understand();
    await this.#check(question, understood);
    const opening = new OpeningAnswer(this.#answerTo(question));
    const { answer } = opening;
    const claim = await this.running.claim(answer, question.supersede);
    unlessOpened.defer(() => claim.release());
    unlessOpened.defer(() => opening.refuse());
    const resolved = await understood.resolve();
    const { turn, contextChars, ...task } = resolved;
    const taken = unlessOpened.use(new DisposableStack());
    taken.defer(() => admission.slot.release());
    const hold = this.budget.take(contextChars, arrival.address);
    taken.defer(() => hold.release());
    const stored = turn === undefined ? Promise.resolve() : this.#store(answer, turn, question.mark, task.carried);
    // What another process may have been quicker with must not be paid twice. With all else a provider starts meanwhile.
    if (question.mark !== undefined || turn?.target !== undefined) await stored;
    void this.runner.run({ caller, opening, ...task, stored, claim, taken });
    await stored;
    unlessOpened.move();
    return answer;
  }

  async #check(
    { caller: { userId = '' }, session }: Question,
    { checked, checkedField }: UnderstoodQuestion,
  ): Promise<void> {
    const verdict = await this.safety.verdict({ ...(session ?? { userId, sessionId: '' }), ...checked });
    if (verdict.ok) return;
    const errors: FieldError[] = checkedField === undefined ? [] : [{ path: checkedField, message: verdict.detail }];
    throw new ProblemException({ ...verdict, ...(errors.length === 0 ? {} : { errors }) });
  }

  #answerTo({ session, onDisconnect, arrival }: Question): Answer {
    return new Answer({
      id: newId(),
      ...(session === undefined ? {} : { session }),
      onDisconnect,
      detachGraceMs: this.config.chat.detachGraceMs,
      askedAt: arrival.at,
    });
  }

  async #store(
    { id, createdAt, options: { session } }: Answer,
    turn: StoredTurn,
    mark: IdempotencyMark | undefined,
    carried: CarriedAnswer | undefined,
  ): Promise<void> {
    if (session === undefined) return;
    const opening: NewTurn = {
      ...session,
      ...turn,
      answerId: id,
      at: createdAt,
      title: titleOf(turn.question),
      ...(carried === undefined ? {} : { carried: { text: carried.text, reasoning: carried.reasoning } }),
      ...(mark === undefined ? {} : { idempotency: mark }),
    };
    await this.history.openTurn(opening).catch((error: unknown) => {
      throw error instanceof MessageReplacedError ? replacedMeanwhile() : error;
    });
  }
}

/** Another version has taken the place of the message that a request names. */
export function replacedMeanwhile(): ProblemException {
  const detail = 'Another version has taken the place of this message. Load the history again.';
  return new ProblemException({ status: 409, code: 'conflict', detail });
}
