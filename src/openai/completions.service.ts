import { Inject, Injectable } from '@nestjs/common';
import type { Admission, Admit } from '../chat/admissions.js';
import { AnswerGenerator } from '../chat/answer/answer-generator.js';
import { Answer } from '../chat/answer/answer.js';
import { RunningAnswers } from '../chat/answer/running-answers.js';
import { SafetyChecks } from '../chat/safety/safety-checks.js';
import { APP_CONFIG, type AppConfig } from '../config/app-config.js';
import type { SessionKey } from '../history/history-store.js';
import { ProblemException } from '../http/problem.exception.js';
import type { Caller } from '../identity/caller.js';
import type { ChatCompletionRequest } from '../providers/completion.js';
import { newId } from '../wire/ids.js';
import { ModelNames, type Pin } from './model-names.js';
import type { AskedCompletion } from './request/asked-completion.js';
import { SessionTurns } from './session-turns.js';
import { textsOf } from './texts-to-check.js';

/** Opens answers to OpenAI's requests: the same answers as everywhere, to the caller's own messages. */
@Injectable()
export class CompletionsService {
  constructor(
    private readonly models: ModelNames,
    private readonly safety: SafetyChecks,
    private readonly running: RunningAnswers,
    private readonly turns: SessionTurns,
    private readonly generator: AnswerGenerator,
    @Inject(APP_CONFIG) private readonly config: AppConfig,
  ) {}

  /**
   * The answer; it is being generated when this resolves. It is stored if it belongs to a session, and ends as soon as
   * its reader leaves.
   * @throws ProblemException where it is refused: nothing was stored, no provider was asked
   */
  async open(caller: Caller, asked: AskedCompletion, session: SessionKey | undefined, admit: Admit): Promise<Answer> {
    const admission = await admit();
    try {
      return await this.#open(caller, asked, session, admission);
    } catch (error) {
      await admission.refund();
      throw error;
    }
  }

  async #open(
    caller: Caller,
    asked: AskedCompletion,
    session: SessionKey | undefined,
    { place, askedAt }: Admission,
  ): Promise<Answer> {
    const pin = this.models.find(asked.model);
    await this.#check(caller, asked, session, pin);
    const answer = new Answer({
      id: newId(),
      ...(session === undefined ? {} : { session }),
      onDisconnect: 'cancel',
      detachGraceMs: this.config.chat.detachGraceMs,
      askedAt,
    });
    await this.running.claimSession(answer, false);
    try {
      if (session !== undefined) await this.turns.open(asked.messages, session, answer);
    } catch (error) {
      this.running.abandon(answer);
      throw error;
    }
    void this.generator.generate(answer, this.#request(asked, pin), pin.provider, place);
    return answer;
  }

  async #check(
    { userId = '' }: Caller,
    asked: AskedCompletion,
    session: SessionKey | undefined,
    { model }: Pin,
  ): Promise<void> {
    const asker = session ?? { userId, sessionId: '' };
    const verdict = await this.safety.verdict({ ...asker, ...textsOf(asked, model) });
    if (verdict.ok) return;
    throw new ProblemException({ ...verdict, errors: [{ path: 'messages', message: verdict.detail }] });
  }

  /** The configured defaults hold for what the caller leaves open. */
  #request(asked: AskedCompletion, { model }: Pin): ChatCompletionRequest {
    const { systemPrompt, maxOutputTokens, ...defaults } = this.config.chat;
    const temperature = asked.temperature ?? defaults.temperature;
    const instructed = asked.messages.some(({ role }) => role === 'system') || !systemPrompt;
    return {
      messages: instructed ? asked.messages : [{ role: 'system', content: systemPrompt }, ...asked.messages],
      maxTokens: Math.min(asked.maxTokens ?? maxOutputTokens, maxOutputTokens),
      ...(model === undefined ? {} : { model }),
      ...(temperature === undefined ? {} : { temperature }),
      ...(asked.partial === undefined ? {} : { partial: asked.partial }),
      options: asked.options,
    };
  }
}
