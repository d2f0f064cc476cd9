import { Inject, Injectable } from '@nestjs/common';
import type { Answer } from '../chat/answer/answer.js';
import type { Arrival } from '../chat/answering/admissions.js';
import { AnswerOpening, type UnderstoodQuestion } from '../chat/answering/answer-opening.js';
import { APP_CONFIG, type AppConfig } from '../config/app-config.js';
import type { SessionKey } from '../history/history-store.js';
import type { Caller } from '../identity/caller.js';
import type { ChatCompletionRequest } from '../providers/completion.js';
import { ModelNames, type Pin } from './model-names.js';
import type { AskedCompletion } from './request/asked-completion.js';
import { SessionTurns } from './session-turns.js';
import { textsOf } from './texts-to-check.js';

/** The second door: translates OpenAI's requests into questions. The answers are the same as everywhere. */
@Injectable()
export class CompletionsService {
  constructor(
    private readonly models: ModelNames,
    private readonly opening: AnswerOpening,
    private readonly turns: SessionTurns,
    @Inject(APP_CONFIG) private readonly config: AppConfig,
  ) {}

  /**
   * The answer; it is being generated when this resolves. It is stored if it belongs to a session, and ends as soon as
   * its reader leaves.
   * @throws ProblemException where it is refused, as by {@link AnswerOpening.open}
   */
  ask(caller: Caller, asked: AskedCompletion, session: SessionKey | undefined, arrival: Arrival): Promise<Answer> {
    return this.opening.open({
      caller,
      arrival,
      ...(session === undefined ? {} : { session }),
      onDisconnect: 'cancel',
      supersede: false,
      understand: () => this.#understand(asked, session),
    });
  }

  #understand(asked: AskedCompletion, session: SessionKey | undefined): UnderstoodQuestion {
    const pin = this.models.find(asked.model);
    return {
      checked: textsOf(asked, pin.model),
      checkedField: 'messages',
      resolve: async () => ({
        ...(session === undefined ? {} : { turn: await this.turns.turn(asked.messages, session) }),
        request: this.#request(asked, pin),
        ...(pin.provider === undefined ? {} : { pinned: pin.provider }),
        contextChars: 0,
      }),
    };
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
