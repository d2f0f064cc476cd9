import type { ChatMessage } from '../completion.js';

/** Families whose chat templates cost differently; see the constants in `o200k.estimator.ts`. */
export type TokenFamily = 'gpt-oss' | 'thinking' | 'plain';

/**
 * Counts tokens where no provider reported them. Estimates are never exact and are always shown as such
 * (`accurate: false`). Must not block the event loop, whatever the text.
 */
export abstract class TokenEstimator {
  /** Tokens of a prompt, the chat template's share included. */
  abstract estimatePrompt(messages: readonly ChatMessage[], family: TokenFamily): Promise<number>;
  /** Tokens of an answer (reasoning and text), the per-answer constant of its family included. */
  abstract estimateCompletion(text: string, family: TokenFamily): Promise<number>;
}

/** Within a quarter for most scripts. */
const BYTES_PER_TOKEN = 4;

/** Tokens of a text by its length, where they can't be counted, or not in time. */
export function roughTokens(text: string): number {
  return Math.ceil(Buffer.byteLength(text) / BYTES_PER_TOKEN);
}
