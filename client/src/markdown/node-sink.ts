import type { MdElement, MdFormula } from './md-node.js';

/** Where rendered Markdown goes: the page, or in tests a plain tree. `N` is that place's node. */
export interface NodeSink<N> {
  element(source: MdElement): N;
  text(value: string): N;
  code(language: string): CodeSink<N>;
  formula(source: MdFormula): N;
  /** A part of the whole, so that its place needs not be found again among all others. */
  section(): N;
  /** A place within the page that nobody sees. */
  hidden(): N;
  /** Where the rows of a table go on: in this body, or in a part of its own behind it, since the body is long. */
  tablePart(body: N): N;
  append(parent: N, child: N): void;
  /** Puts `child` first, taking it from where it was. */
  prepend(parent: N, child: N): void;
  appendText(node: N, more: string): void;
  setText(node: N, value: string): void;
  /** Parts a text at this character; gives what is behind it, which stays in its place. */
  split(node: N, at: number): N;
  replace(old: N, next: N): void;
  remove(node: N): void;
  clear(parent: N): void;
}

/** A block of code that can only grow. */
export interface CodeSink<N> {
  readonly node: N;
  append(more: string): void;
  /** Nothing follows. */
  close(): void;
}
