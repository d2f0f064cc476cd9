import { tokenizeSimply } from './fallback.js';
import type { Span } from './spans.js';

export type Tokenize = (code: string, language: string) => Span[];

/** The highlighter for a language, loaded at its first code block. Never rejects: without its grammar a simple one does. */
export async function loadTokenizer(language: string): Promise<Tokenize> {
  try {
    const { loadGrammar, tokenize } = await import('./highlighter.js');
    await loadGrammar(language);
    return tokenize;
  } catch {
    return tokenizeSimply;
  }
}
