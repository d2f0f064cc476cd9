import type { Span, SpanKind } from './spans.js';

const PATTERN =
  /(\/\*[\s\S]*?\*\/|(?:\/\/|#|--)[^\n]*)|("(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`)|\b(\d[\w.]*)\b/g;

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

/** Comments, strings and numbers: what most languages share, for when the grammars can't be loaded. */
export function tokenizeSimply(code: string): Span[] {
  const spans: Span[] = [];
  const push = (kind: SpanKind, text: string): void => {
    if (text !== '') spans.push({ kind, text });
  };
  let end = 0;
  for (const match of code.matchAll(PATTERN)) {
    push('', code.slice(end, match.index));
    push(match[1] ? 'comment' : match[2] ? 'string' : 'number', match[0]);
    end = match.index + match[0].length;
  }
  push('', code.slice(end));
  return spans;
}
