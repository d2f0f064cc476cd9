import { Inject, Injectable } from '@nestjs/common';
import { APP_CONFIG, type AppConfig } from '../config/app-config.js';
import {
  HistoryStore,
  MessageReplacedError,
  type IdempotencyMark,
  type NewTurn,
  type SessionKey,
} from '../history/history-store.js';
import { titleOf } from '../history/session-title.js';
import { ProblemException } from '../http/problem.exception.js';
import { WorkBudget } from '../http/work-budget.js';
import { sessionOf, type Caller } from '../identity/caller.js';
import type { ChatCompletionRequest, ChatMessage } from '../providers/completion.js';
import { ProviderTracker } from '../providers/routing/provider-tracker.js';
import { newId } from '../wire/ids.js';
import { Answer } from './answer/answer.js';
import { AnswerGenerator } from './answer/answer-generator.js';
import type { ReadableAnswer } from './answer/readable-answer.js';
import { RunningAnswers } from './answer/running-answers.js';
import { AskedTurns, replacedMeanwhile, type AskedTurn } from './asked-turns.js';
import type { ChatRequestDto } from './chat-request.dto.js';
import type { Admission, Admit } from './admissions.js';
import { conversation } from './conversation.js';
import { Idempotency } from './idempotency.js';
import { Resumes } from './resumes.js';
import { SafetyChecks } from './safety/safety-checks.js';

/** Opens answers: checks the question, stores it, and has it answered. */
@Injectable()
export class ChatService {
  constructor(
    private readonly idempotency: Idempotency,
    private readonly turns: AskedTurns,
    private readonly safety: SafetyChecks,
    private readonly running: RunningAnswers,
    private readonly history: HistoryStore,
    private readonly generator: AnswerGenerator,
    private readonly tracker: ProviderTracker,
    private readonly budget: WorkBudget,
    private readonly resumes: Resumes,
    @Inject(APP_CONFIG) private readonly config: AppConfig,
  ) {}

  /**
   * The answer to a question; it is being generated when this resolves, and the question is stored. With an
   * `Idempotency-Key` that was used before, the answer that it began.
   * @throws ProblemException where the question is refused: nothing was stored, and no provider was asked, or was left at
   *   once where it was the database that did not take the question
   */
  async ask(caller: Caller, body: ChatRequestDto, admit: Admit, key: string | undefined): Promise<ReadableAnswer> {
    let opened: Answer | undefined;
    const answer = await this.idempotency.once(caller, key, body, async (mark) => {
      const admission = await admit();
      try {
        return (opened = await this.#open(caller, body, admission, mark));
      } catch (error) {
        await admission.refund();
        throw error;
      }
    });
    if (answer !== opened) this.resumes.attached();
    return answer;
  }

  /**
   * The answer that a client asked for before and comes back to, by its `Idempotency-Key`. Nothing is opened or stopped.
   * @throws ProblemException 409 `answer_running` where there is no such answer but another runs in the session, else 404
   */
  comeBack(caller: Caller, body: ChatRequestDto, key: string | undefined): Promise<ReadableAnswer> {
    return this.resumes.count(this.#findBegun(caller, body, key));
  }

  async #findBegun(caller: Caller, body: ChatRequestDto, key: string | undefined): Promise<ReadableAnswer> {
    const known = await this.idempotency.find(caller, key, body);
    if (known !== undefined) return known;
    this.running.refuseToComeBack(sessionOf(caller, body.session_id));
  }

  async #open(
    caller: Caller,
    body: ChatRequestDto,
    { place, address, askedAt }: Admission,
    mark?: IdempotencyMark,
  ): Promise<Answer> {
    const session = sessionOf(caller, body.session_id);
    this.#checkPin(body);
    const asked = await this.turns.understand(caller, body);
    await this.#check(session, body, asked.question);
    const answer = new Answer({
      id: newId(),
      session,
      onDisconnect: body.on_disconnect ?? 'detach',
      detachGraceMs: this.config.chat.detachGraceMs,
      askedAt,
    });
    await this.running.claimSession(answer, body.supersede === true);
    try {
      const turn = await this.turns.settle(caller, body, asked);
      const messages = await this.#conversation(session, body, turn);
      const hold = this.budget.take(
        messages.reduce((sum, { content }) => sum + content.length, 0),
        address,
      );
      void answer.ended.then(() => hold.release());
      if (turn.carried !== undefined) answer.goOnFrom(turn.carried);
      const stored = this.#store({ ...session, ...turn, answerId: answer.id, at: answer.createdAt }, mark);
      // What another process may have been quicker with must not be paid twice. With all else a provider begins meanwhile.
      if (mark !== undefined || turn.place !== undefined) await stored;
      void this.generator.generate(answer, this.#request(body, messages), body.provider ?? undefined, place, stored);
      await stored;
      return answer;
    } catch (error) {
      this.running.abandon(answer);
      throw error;
    }
  }

  /** The texts that the caller sends; what stands in the session was checked when it was asked. */
  async #check(session: SessionKey, { system_prompt, model }: ChatRequestDto, question: string): Promise<void> {
    const system = system_prompt == null ? [] : [{ role: 'system' as const, text: system_prompt.toWellFormed() }];
    const named = model == null ? [] : [{ role: 'id' as const, text: model }];
    const texts = [...system, { role: 'user' as const, text: question }, ...named];
    const verdict = await this.safety.verdict({ ...session, questions: [question], texts });
    if (!verdict.ok) throw new ProblemException(verdict);
  }

  /** What stands before the question, and the question. */
  async #conversation(
    session: SessionKey,
    body: ChatRequestDto,
    { question, questionId, place }: AskedTurn,
  ): Promise<ChatMessage[]> {
    const before = place?.kind === 'answer' ? questionId : place?.messageId;
    const history = await this.history.context(session, this.config.chat.historyWindowMessages, before);
    return conversation(body.system_prompt ?? this.config.chat.systemPrompt, history, question);
  }

  async #store(turn: Omit<NewTurn, 'title'>, mark: IdempotencyMark | undefined): Promise<void> {
    const opening = {
      ...turn,
      title: titleOf(turn.question),
      ...(mark === undefined ? {} : { idempotency: mark }),
    };
    await this.history.openTurn(opening).catch((error: unknown) => {
      throw error instanceof MessageReplacedError ? replacedMeanwhile() : error;
    });
  }

  #checkPin({ provider, model }: ChatRequestDto): void {
    if (provider == null && model != null)
      throw invalid('model', '`model` needs `provider`: a model belongs to one provider.');
    if (provider != null && this.tracker.find(provider) === undefined) {
      const names = this.tracker.list().map(({ name }) => name);
      throw invalid('provider', `There is no such provider here; configured are: ${names.join(', ')}.`);
    }
  }

  #request(body: ChatRequestDto, messages: ChatCompletionRequest['messages']): ChatCompletionRequest {
    const { chat } = this.config;
    const temperature = body.temperature ?? chat.temperature;
    return {
      messages,
      maxTokens: Math.min(body.max_tokens ?? chat.maxOutputTokens, chat.maxOutputTokens),
      ...(body.model == null ? {} : { model: body.model }),
      ...(temperature === undefined ? {} : { temperature }),
    };
  }
}

function invalid(path: string, message: string): ProblemException {
  return new ProblemException({ status: 400, code: 'invalid_request', detail: message, errors: [{ path, message }] });
}
