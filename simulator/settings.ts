export type ProviderName = 'groq' | 'mistral' | 'deepseek';

export const PROVIDER_NAMES: readonly ProviderName[] = ['groq', 'mistral', 'deepseek'];

/** Milliseconds before the first token and between two tokens. */
export interface Pace {
  firstTokenMs: number;
  tokenMs: number;
}

/**
 * What a provider without a prefix feature does when a user turn asks it to continue its own cut-off turn:
 * continue exactly; repeat the last three words, the last two lines or the quoted tail first; put something small before
 * the quoted tail, or give it in the other Unicode normal form; begin the answer again; or add a preamble.
 */
export const INSTRUCTION_MODES = [
  'exact',
  'repeat-words',
  'repeat-lines',
  'repeat-quote',
  'quote-after-line-end',
  'quote-after-space',
  'quote-after-ellipsis',
  'quote-after-mark',
  'quote-after-fence',
  'quote-in-other-form',
  'start-over',
  'preamble',
] as const;
export type InstructionMode = (typeof INSTRUCTION_MODES)[number];

/** What Mistral sends back of a `prefix: true` message: all of it, all but white space at its end or its beginning, or nothing. */
export const PREFIX_ECHOES = ['exact', 'trimmed', 'without-first-blank', 'none'] as const;
export type PrefixEcho = (typeof PREFIX_ECHOES)[number];

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
