import type { CodeSink } from '../markdown/node-sink.js';
import { copyButton } from '../view/copy-button.js';
import { h } from '../view/element.js';
import { CodeColours } from './code-colours.js';
import { grammarOf } from './languages.js';

/** A block of code with its language and a button that copies it exactly. Text is appended, never replaced. */
export class CodeBlock implements CodeSink<Node> {
  readonly node: HTMLElement;
  readonly #colours: CodeColours;
  #text = '';

  constructor(language: string) {
    const name = language.slice(0, 30);
    const code = h('code');
    this.node = h(
      'figure',
      { class: 'code' },
      h(
        'figcaption',
        {},
        h('span', {}, name || 'text'),
        copyButton('Copy code', () => this.#text),
      ),
      h('pre', { tabindex: '0', role: 'group', 'aria-label': name ? `Code, ${name}` : 'Code', dir: 'ltr' }, code),
    );
    this.#colours = new CodeColours(code, grammarOf(language));
  }

  append(more: string): void {
    this.#text += more;
    this.#colours.append(more);
  }

  close(): void {
    this.#colours.close();
  }
}
