import { Inject, Injectable } from '@nestjs/common';
import { APP_CONFIG, type AppConfig } from '../config/app-config.js';
import { HistoryStore, type IdempotencyMark, type SessionKey } from '../history/history-store.js';
import { ProblemException } from '../http/problem.exception.js';
import { sessionOf, type Caller } from '../identity/caller.js';
import type { ChatCompletionRequest, ChatMessage } from '../providers/completion.js';
import { ProviderTracker } from '../providers/routing/provider-tracker.js';
import type { Answer } from './answer/answer.js';
import type { ReadableAnswer } from './answer/readable-answer.js';
import type { Arrival } from './answering/admissions.js';
import {
  AnswerOpening,
  type Question,
  type ResolvedQuestion,
  type UnderstoodQuestion,
} from './answering/answer-opening.js';
import { AskedTurns, type AskedTurn } from './answering/asked-turns.js';
import { conversation } from './answering/conversation.js';
import { Idempotency } from './answering/idempotency.js';
import type { ChatRequestDto } from './chat-request.dto.js';
import { Resumes } from './reading/resumes.js';
import type { SafetyText } from './safety/safety-check.js';

/** The first door: translates what `/rr-chat` is asked into questions. */
@Injectable()
export class ChatService {
  constructor(
    private readonly idempotency: Idempotency,
    private readonly turns: AskedTurns,
    private readonly opening: AnswerOpening,
    private readonly history: HistoryStore,
    private readonly tracker: ProviderTracker,
    private readonly resumes: Resumes,
    @Inject(APP_CONFIG) private readonly config: AppConfig,
  ) {}

  /**
   * The answer to a question; it is being generated when this resolves, and the question is stored. With an
   * `Idempotency-Key` that was used before, the answer that it started.
   * @throws ProblemException where the question is refused, as by {@link AnswerOpening.open}
   */
  async ask(caller: Caller, body: ChatRequestDto, arrival: Arrival, key: string | undefined): Promise<ReadableAnswer> {
    let opened: Answer | undefined;
    const open = async (mark?: IdempotencyMark): Promise<Answer> =>
      (opened = await this.opening.open(this.#question(caller, body, arrival, mark)));
    const answer = await this.idempotency.once(caller, key, body, open);
    if (answer !== opened) this.resumes.attached();
    return answer;
  }

  /**
   * The answer that a client asked for before and comes back to, by its `Idempotency-Key`. Nothing is opened or stopped.
   * @throws ProblemException 409 `answer_running` where there is no such answer but another runs in the session, else 404
   */
  comeBack(caller: Caller, body: ChatRequestDto, key: string | undefined): Promise<ReadableAnswer> {
    return this.resumes.count(this.#findStarted(caller, body, key));
  }

  async #findStarted(caller: Caller, body: ChatRequestDto, key: string | undefined): Promise<ReadableAnswer> {
    const known = await this.idempotency.find(caller, key, body);
    if (known !== undefined) return known;
    this.resumes.refuse(sessionOf(caller, body.session_id));
  }

  #question(caller: Caller, body: ChatRequestDto, arrival: Arrival, mark: IdempotencyMark | undefined): Question {
    return {
      caller,
      arrival,
      session: sessionOf(caller, body.session_id),
      ...(mark === undefined ? {} : { mark }),
      onDisconnect: body.on_disconnect ?? 'detach',
      supersede: body.supersede === true,
      understand: () => this.#understand(caller, body),
    };
  }

  async #understand(caller: Caller, body: ChatRequestDto): Promise<UnderstoodQuestion> {
    this.#checkPin(body);
    const asked = await this.turns.understand(caller, body);
    return {
      checked: { questions: [asked.question], texts: textsOf(body, asked.question) },
      resolve: () => this.#resolve(caller, body, asked),
    };
  }

  async #resolve(caller: Caller, body: ChatRequestDto, asked: AskedTurn): Promise<ResolvedQuestion> {
    const { carried, ...turn } = await this.turns.resolve(caller, body, asked);
    const messages = await this.#conversation(sessionOf(caller, body.session_id), body, turn);
    return {
      turn,
      ...(carried === undefined ? {} : { carried }),
      request: this.#request(body, messages),
      ...(body.provider == null ? {} : { pinned: body.provider }),
      contextChars: messages.reduce((sum, { content }) => sum + content.length, 0),
    };
  }

  /** What stands before the question, and the question. */
  async #conversation(
    session: SessionKey,
    body: ChatRequestDto,
    { question, questionId, target }: AskedTurn,
  ): Promise<ChatMessage[]> {
    const before = target?.kind === 'answer' ? questionId : target?.messageId;
    const history = await this.history.context(session, this.config.chat.historyWindowMessages, before);
    return conversation(body.system_prompt ?? this.config.chat.systemPrompt, history, question);
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

/** The texts that the caller sends; what stands in the session was checked when it was asked. */
function textsOf({ system_prompt, model }: ChatRequestDto, question: string): SafetyText[] {
  const texts: SafetyText[] = [{ role: 'user', text: question }];
  if (system_prompt != null) texts.unshift({ role: 'system', text: system_prompt.toWellFormed() });
  if (model != null) texts.push({ role: 'id', text: model });
  return texts;
}

function invalid(path: string, message: string): ProblemException {
  return new ProblemException({ status: 400, code: 'invalid_request', detail: message, errors: [{ path, message }] });
}
