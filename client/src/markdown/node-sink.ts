import type { MdElement } from './md-node.js';

/** Where rendered Markdown goes: the page, or in tests a plain tree. `N` is that place's node. */
export interface NodeSink<N> {
  element(source: MdElement): N;
  text(value: string): N;
  code(language: string): CodeSink<N>;
  append(parent: N, child: N): void;
  appendText(node: N, more: string): void;
  setText(node: N, value: string): void;
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
