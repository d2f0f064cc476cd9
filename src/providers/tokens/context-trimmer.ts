import { Injectable } from '@nestjs/common';
import type { ChatProvider } from '../chat-provider.js';
import type { ChatCompletionRequest, ChatMessage } from '../completion.js';
import { TokenEstimator, type TokenFamily } from './token-estimator.js';

/** Counts of this many messages are remembered, so that a long conversation is not counted anew at each question. */
const MAX_REMEMBERED = 2_000;

/** Leaves out the oldest messages of a conversation until the rest and the answer fit the model's context window. */
@Injectable()
export class ContextTrimmer {
  readonly #counts = new Map<string, number>();

  constructor(private readonly estimator: TokenEstimator) {}

  /** The system prompt and the question always stay; whether those alone fit is for the provider to say. */
  async trim(request: ChatCompletionRequest, provider: ChatProvider, model: string): Promise<readonly ChatMessage[]> {
    const window = provider.contextTokens(model);
    const forTheAnswer = Math.min(request.maxTokens ?? 0, Math.floor(window / 2));
    const budget = window - forTheAnswer - bytes(request.partial ?? '');
    // A token is at least one byte of UTF-8: what fits in bytes fits in tokens, and nothing has to be counted.
    if (request.messages.reduce((sum, message) => sum + bytes(message.content), 0) <= budget) return request.messages;
    return this.#dropOldest(request.messages, budget, provider.tokenFamily(model));
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
    // Providers refuse a conversation that begins with an answer.
    while (kept < turns.length - 1 && turns[kept]?.role === 'assistant') kept++;
    return [...system, ...turns.slice(kept)];
  }

  async #count(message: ChatMessage, family: TokenFamily): Promise<number> {
    const known = this.#counts.get(message.content);
    if (known !== undefined) return known;
    const count = await this.estimator.estimatePrompt([message], family);
    if (this.#counts.size >= MAX_REMEMBERED) this.#counts.delete(this.#counts.keys().next().value!);
    this.#counts.set(message.content, count);
    return count;
  }
}

function bytes(text: string): number {
  return Buffer.byteLength(text);
}
