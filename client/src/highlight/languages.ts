/** Names that models put on code, and the grammar each means. A name that is not here is not guessed: the code stays plain. */
const GRAMMARS: Readonly<Record<string, readonly string[]>> = {
  javascript: ['js', 'mjs', 'cjs', 'node'],
  typescript: ['ts', 'mts', 'cts'],
  jsx: [],
  tsx: [],
  json: ['jsonc', 'json5', 'jsonl'],
  python: ['py', 'python3'],
  bash: ['sh', 'shell', 'zsh', 'console', 'shellscript'],
  markup: ['html', 'xml', 'svg', 'vue', 'xhtml'],
  css: ['scss', 'less'],
  sql: ['mysql', 'postgresql', 'postgres', 'sqlite', 'plsql'],
  java: [],
  kotlin: ['kt', 'kts'],
  swift: [],
  c: ['h'],
  cpp: ['c++', 'cc', 'hpp', 'cxx'],
  csharp: ['c#', 'cs', 'dotnet'],
  go: ['golang'],
  rust: ['rs'],
  ruby: ['rb'],
  yaml: ['yml'],
  toml: ['ini'],
  docker: ['dockerfile'],
  diff: ['patch'],
};

const BY_NAME = new Map(
  Object.entries(GRAMMARS).flatMap(([grammar, names]) => [grammar, ...names].map((name) => [name, grammar] as const)),
);

/** The grammar for the language that a fence names; undefined: show it plain. */
export function grammarOf(language: string): string | undefined {
  return BY_NAME.get(language.toLowerCase());
}
