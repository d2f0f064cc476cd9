import { Injectable } from '@nestjs/common';
import type { ChatProvider } from '../chat-provider.js';
import type { ChatCompletionRequest, ChatMessage } from '../completion.js';
import { TokenEstimator, type TokenFamily } from './token-estimator.js';

/** Counts are cached, so that a long conversation is not counted again at each question. In UTF-16 units of text. */
const MAX_REMEMBERED_UNITS = 8 * 1024 * 1024;

/** Drops the oldest messages of a conversation until the rest and the answer fit the model's context window. */
@Injectable()
export class ContextTrimmer {
  /** By family and text, the oldest first. */
  readonly #counts = new Map<string, number>();
  #units = 0;

  constructor(private readonly estimator: TokenEstimator) {}

  /** The system prompt and the question always stay; whether those alone fit, the provider decides. */
  async trim(request: ChatCompletionRequest, provider: ChatProvider, model: string): Promise<readonly ChatMessage[]> {
    const window = provider.contextTokens(model);
    const forTheAnswer = Math.min(request.maxTokens ?? 0, Math.floor(window / 2));
    const budget = window - forTheAnswer;
    const partial = request.partial ?? '';
    // A token is at least one byte of UTF-8: what fits in bytes fits in tokens, and nothing has to be counted.
    const asked = request.messages.reduce((sum, message) => sum + bytes(message.content), 0);
    if (asked + bytes(partial) <= budget) return request.messages;
    const family = provider.tokenFamily(model);
    const left = budget - (await this.estimator.estimateCompletion(partial, family));
    return asked <= left ? request.messages : this.#dropOldest(request.messages, left, family);
  }

  async #dropOldest(messages: readonly ChatMessage[], budget: number, family: TokenFamily): Promise<ChatMessage[]> {
    const system = messages.filter((message) => message.role === 'system');
    const turns = messages.filter((message) => message.role !== 'system');
    let left = budget;
    for (const message of system) left -= await this.#count(message, family);
    let kept = turns.length;
    while (kept > 0) {
      left -= await this.#count(turns[kept - 1]!, family);
      if (left < 0 && kept < turns.length) break;
      kept--;
    }
    // Providers refuse a conversation that starts with an answer.
    while (kept < turns.length - 1 && turns[kept]?.role === 'assistant') kept++;
    return [...system, ...turns.slice(kept)];
  }

  async #count(message: ChatMessage, family: TokenFamily): Promise<number> {
    const key = `${family}\n${message.content}`;
    const known = this.#counts.get(key);
    if (known !== undefined) return known;
    const count = await this.estimator.estimatePrompt([message], family);
    this.#remember(key, count);
    return count;
  }

  #remember(key: string, count: number): void {
    if (key.length > MAX_REMEMBERED_UNITS || this.#counts.has(key)) return;
    this.#counts.set(key, count);
    this.#units += key.length;
    for (const oldest of this.#counts.keys()) {
      if (this.#units <= MAX_REMEMBERED_UNITS) return;
      this.#counts.delete(oldest);
      this.#units -= oldest.length;
    }
  }
}

function bytes(text: string): number {
  return Buffer.byteLength(text);
}
