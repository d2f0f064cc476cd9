import { Inject, Injectable } from '@nestjs/common';
import { APP_CONFIG, type AppConfig } from '../config/app-config.js';
import { HistoryStore, type IdempotencyMark } from '../history/history-store.js';
import { ProblemException } from '../http/problem.exception.js';
import type { ChatCompletionRequest } from '../providers/completion.js';
import { ProviderTracker } from '../providers/routing/provider-tracker.js';
import { newId } from '../wire/ids.js';
import { Answer } from './answer/answer.js';
import { AnswerGenerator } from './answer/answer-generator.js';
import type { ReadableAnswer } from './answer/readable-answer.js';
import { answerRunning, RunningAnswers } from './answer/running-answers.js';
import type { ChatRequestDto } from './chat-request.dto.js';
import type { Admission } from './admissions.js';
import { conversation, titleOf } from './conversation.js';
import { Idempotency } from './idempotency.js';
import { SafetyChecks } from './safety/safety-checks.js';

/** After this long without a reader, an answer no longer keeps its session from the next question. */
const ABANDONED_AFTER_MS = 5_000;

/** Opens answers: checks the question, stores it, and has it answered. */
@Injectable()
export class ChatService {
  constructor(
    private readonly idempotency: Idempotency,
    private readonly safety: SafetyChecks,
    private readonly running: RunningAnswers,
    private readonly history: HistoryStore,
    private readonly generator: AnswerGenerator,
    private readonly tracker: ProviderTracker,
    @Inject(APP_CONFIG) private readonly config: AppConfig,
  ) {}

  /**
   * The answer to a question; it is being generated when this resolves, and the question is stored. With an
   * `Idempotency-Key` that was used before, the answer that it began.
   * @throws ProblemException where the question is refused: nothing was stored, no provider was asked
   */
  async ask(body: ChatRequestDto, admission: Admission, key: string | undefined): Promise<ReadableAnswer> {
    let opened: Answer | undefined;
    try {
      return await this.idempotency.once(key, body, async (mark) => (opened = await this.#open(body, admission, mark)));
    } finally {
      if (opened === undefined) admission.place.release();
    }
  }

  async #open(body: ChatRequestDto, { place, askedAt }: Admission, mark?: IdempotencyMark): Promise<Answer> {
    const session = { userId: body.user_id, sessionId: body.session_id };
    const question = body.message.toWellFormed();
    this.#checkPin(body);
    const verdict = await this.safety.verdict({ ...session, message: question });
    if (!verdict.ok) throw new ProblemException(verdict);
    const answer = new Answer({
      id: newId(),
      session,
      question,
      onDisconnect: body.on_disconnect ?? 'detach',
      detachGraceMs: this.config.chat.detachGraceMs,
      askedAt,
    });
    await this.#claimSession(answer, body.supersede === true);
    try {
      const history = await this.history.context(session, this.config.chat.historyWindowMessages);
      const systemPrompt = body.system_prompt ?? this.config.chat.systemPrompt;
      const messages = conversation(systemPrompt, history, question);
      await this.history.openTurn({
        ...session,
        questionId: newId(),
        question,
        answerId: answer.id,
        title: titleOf(question),
        at: answer.createdAt,
        ...(mark === undefined ? {} : { idempotency: mark }),
      });
      void this.generator.generate(answer, this.#request(body, messages), body.provider ?? undefined, place);
      return answer;
    } catch (error) {
      this.running.ended(answer);
      this.running.stored(answer);
      answer.abandon();
      throw error;
    }
  }

  #checkPin({ provider, model }: ChatRequestDto): void {
    if (provider == null && model != null)
      throw invalid('model', '`model` needs `provider`: a model belongs to one provider.');
    if (provider != null && this.tracker.find(provider) === undefined) {
      const names = this.tracker.list().map(({ name }) => name);
      throw invalid('provider', `There is no such provider here; configured are: ${names.join(', ')}.`);
    }
  }

  /** One answer at a time in a session: a running one has to be superseded, or abandoned by its readers. */
  async #claimSession(answer: Answer, supersede: boolean): Promise<void> {
    const { session } = answer.options;
    // Again after each wait: of several that supersede at once, another may have been quicker.
    for (let running = this.running.inSession(session); running; running = this.running.inSession(session)) {
      if (!supersede && !running.abandonedFor(ABANDONED_AFTER_MS)) throw answerRunning(running);
      running.stop('stopped');
      await running.ended;
    }
    this.running.claim(answer);
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
