export type ProviderName = 'groq' | 'mistral' | 'deepseek';

export const PROVIDER_NAMES: readonly ProviderName[] = ['groq', 'mistral', 'deepseek'];

/** Milliseconds before the first token and between two tokens. */
export interface Pace {
  firstTokenMs: number;
  tokenMs: number;
}

/**
 * What a provider without a prefix feature does when a user turn asks it to continue its own cut-off turn:
 * continue exactly, repeat the last three words or the quoted tail first, begin the answer again, or add a preamble.
 */
export type InstructionMode = 'exact' | 'repeat-words' | 'repeat-quote' | 'start-over' | 'preamble';

/** What Mistral sends back of a `prefix: true` message: all of it, all but trailing white space, or nothing. */
export type PrefixEcho = 'exact' | 'trimmed' | 'none';

export interface ProviderSettings {
  /** The same question gets the same text from every provider (default false: each answers in its own words). */
  sameAnswer: boolean;
  /** `real` paces like the provider itself, `instant` doesn't wait at all. */
  pace: 'real' | 'instant' | Pace;
  instructionMode: InstructionMode;
  prefixEcho: PrefixEcho;
  /** `auto`: as the provider would for this request. */
  reasoning: 'auto' | 'always' | 'never';
  /** Send the two halves of every surrogate pair as tokens of their own. */
  splitSurrogatePairs: boolean;
  /** The only key accepted; null accepts any that is not empty. */
  expectedKey: string | null;
  /** Models accepted; `live` is the provider's own list of today. */
  models: 'live' | 'any' | readonly string[];
}

export const DEFAULT_SETTINGS: Readonly<ProviderSettings> = {
  sameAnswer: false,
  pace: 'real',
  instructionMode: 'exact',
  prefixEcho: 'exact',
  reasoning: 'auto',
  splitSurrogatePairs: false,
  expectedKey: null,
  models: 'live',
};
