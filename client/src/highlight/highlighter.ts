import { compileGrammar } from './compile-grammar.js';
import Prism from './prism-core.js';
import 'prismjs/components/prism-markup.js';
import 'prismjs/components/prism-css.js';
import 'prismjs/components/prism-clike.js';
import 'prismjs/components/prism-javascript.js';
import { spansOf, type Span } from './spans.js';

interface Grammar {
  load(): Promise<unknown>;
  /** Grammars that have to be there before. */
  readonly needs?: readonly string[];
}

/** Each comes by itself, with the first code in its language: all at once would take a slow machine too long. */
const GRAMMARS: Readonly<Record<string, Grammar>> = {
  typescript: { load: () => import('prismjs/components/prism-typescript.js') },
  jsx: { load: () => import('prismjs/components/prism-jsx.js') },
  tsx: { load: () => import('prismjs/components/prism-tsx.js'), needs: ['typescript', 'jsx'] },
  json: { load: () => import('prismjs/components/prism-json.js') },
  python: { load: () => import('prismjs/components/prism-python.js') },
  bash: { load: () => import('prismjs/components/prism-bash.js') },
  sql: { load: () => import('prismjs/components/prism-sql.js') },
  java: { load: () => import('prismjs/components/prism-java.js') },
  kotlin: { load: () => import('prismjs/components/prism-kotlin.js') },
  swift: { load: () => import('prismjs/components/prism-swift.js') },
  c: { load: () => import('prismjs/components/prism-c.js') },
  cpp: { load: () => import('prismjs/components/prism-cpp.js'), needs: ['c'] },
  csharp: { load: () => import('prismjs/components/prism-csharp.js') },
  go: { load: () => import('prismjs/components/prism-go.js') },
  rust: { load: () => import('prismjs/components/prism-rust.js') },
  ruby: { load: () => import('prismjs/components/prism-ruby.js') },
  yaml: { load: () => import('prismjs/components/prism-yaml.js') },
  toml: { load: () => import('prismjs/components/prism-toml.js') },
  docker: { load: () => import('prismjs/components/prism-docker.js') },
  diff: { load: () => import('prismjs/components/prism-diff.js') },
};

/** Of each language that was asked for, when its code can be coloured. */
const ready = new Map<string, Promise<void>>();

/** Makes ready what a language of languages.ts needs. Rejects where it can't be had. */
export function loadGrammar(language: string): Promise<void> {
  const loading = ready.get(language) ?? load(language).then(() => compileLanguage(language));
  ready.set(language, loading);
  // Another try may have more luck.
  loading.catch(() => ready.delete(language));
  return loading;
}

async function load(language: string): Promise<void> {
  const grammar = Object.hasOwn(GRAMMARS, language) ? GRAMMARS[language] : undefined;
  if (!grammar || Prism.languages[language]) return;
  for (const needed of grammar.needs ?? []) await load(needed);
  await grammar.load();
}

async function compileLanguage(language: string): Promise<void> {
  const grammar = Prism.languages[language];
  if (grammar) await compileGrammar(grammar);
}

/** The coloured spans of `code` in a language that was loaded; the whole as one plain span where Prism does not know it. */
export function tokenize(code: string, language: string): Span[] {
  const grammar = Prism.languages[language];
  return grammar ? spansOf(Prism.tokenize(code, grammar)) : [{ kind: '', text: code }];
}
