import { tokenizeSimply } from './fallback.js';
import type { Span } from './spans.js';

export type Tokenize = (code: string, language: string) => Span[];

let loading: Promise<Tokenize> | undefined;

/** The highlighter, loaded at the first code block. Never rejects: without its grammars a simple one does. */
export function loadTokenizer(): Promise<Tokenize> {
  loading ??= import('./grammars.js').then(
    (grammars) => grammars.tokenize,
    () => tokenizeSimply,
  );
  return loading;
}
