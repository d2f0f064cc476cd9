import { Injectable, Logger, type OnApplicationShutdown, type Provider } from '@nestjs/common';
import type { ChatMessage } from '../completion.js';
import { O200kCounter } from './o200k.counter.js';
import { roughTokens, TokenEstimator, type TokenFamily } from './token-estimator.js';

/** The other families' tables cut text a little finer than o200k: measured on recorded answers with reported usage. */
const OTHER_TABLES = 1.03;
/** What a provider reports beyond the text of an answer: framing of channels, of thinking, the end of the turn. */
const PER_ANSWER: Readonly<Record<TokenFamily, number>> = { 'gpt-oss': 15, thinking: 3, plain: 1 };
/** What a chat template adds around each message, and gpt-oss's own system message. */
const PER_MESSAGE = 4;
const PER_PROMPT: Readonly<Record<TokenFamily, number>> = { 'gpt-oss': 60, thinking: 3, plain: 3 };
const LIMITS = { timeoutMs: 10_000, idleMs: 120_000, maxQueuedUnits: 16_000_000, restAfterFailureMs: 30_000 };

/**
 * Offline estimates for all families from OpenAI's o200k table, within about 5 % on mostly Latin text; long texts by
 * sample. When its thread fails or is overloaded, the text's length decides: late or missing is worse than rough.
 */
@Injectable()
export class O200kEstimator extends TokenEstimator implements OnApplicationShutdown {
  readonly #logger = new Logger(O200kEstimator.name);
  readonly #counter = new O200kCounter(LIMITS);
  #quietUntil = 0;

  override async estimatePrompt(messages: readonly ChatMessage[], family: TokenFamily): Promise<number> {
    const tokens = await this.#count(messages.map(({ content }) => content).join('\n'));
    return Math.ceil(tokens * OTHER_TABLES) + messages.length * PER_MESSAGE + PER_PROMPT[family];
  }

  override async estimateCompletion(text: string, family: TokenFamily): Promise<number> {
    if (text === '') return 0;
    return Math.ceil((await this.#count(text)) * OTHER_TABLES) + PER_ANSWER[family];
  }

  async onApplicationShutdown(): Promise<void> {
    await this.#counter.close();
  }

  async #count(text: string): Promise<number> {
    if (text === '') return 0;
    try {
      return await this.#counter.count(text);
    } catch (error) {
      this.#warn(error);
      return roughTokens(text);
    }
  }

  #warn(error: unknown): void {
    if (performance.now() < this.#quietUntil) return;
    this.#quietUntil = performance.now() + LIMITS.restAfterFailureMs;
    this.#logger.warn(`estimating tokens by length: ${error instanceof Error ? error.message : 'unknown failure'}`);
  }
}

/** The binding of the port: to plug in another estimator, bind another class here. */
export const TOKEN_ESTIMATOR: Provider = { provide: TokenEstimator, useClass: O200kEstimator };
