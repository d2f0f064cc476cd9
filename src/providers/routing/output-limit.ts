import { roughTokens, type TokenEstimator } from '../tokens/token-estimator.js';

/** The tokenizer's thread takes longer to start: no reader waits for it in the middle of an answer. */
const LONGEST_COUNT_MS = 200;

/**
 * How many tokens a provider may still add to one answer. All text that was shown counts, whoever wrote it. Reasoning does
 * not: the next provider reasons again.
 */
export class OutputLimit {
  #countedChars = 0;
  #counted = 0;

  /** @param maxTokens what was asked for; undefined: no limit */
  constructor(
    private readonly maxTokens: number | undefined,
    private readonly estimator: TokenEstimator,
  ) {}

  /** What is left of the limit after `text`, which only ever grows; undefined: there is no limit. */
  async left(text: string): Promise<number | undefined> {
    if (this.maxTokens === undefined || text === '') return this.maxTokens;
    if (text.length !== this.#countedChars) {
      this.#counted = await this.#count(text);
      this.#countedChars = text.length;
    }
    return Math.max(0, this.maxTokens - this.#counted);
  }

  async #count(text: string): Promise<number> {
    const rough = roughTokens(text);
    const { promise: late, resolve } = Promise.withResolvers<number>();
    const timer = setTimeout(() => resolve(rough), LONGEST_COUNT_MS);
    try {
      return await Promise.race([this.estimator.estimateCompletion(text, 'plain'), late]);
    } catch {
      return rough;
    } finally {
      clearTimeout(timer);
    }
  }
}
