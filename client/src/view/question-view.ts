import { copyButton } from './copy-button.js';
import { h } from './element.js';

/** A question, shown exactly as it was typed. */
export function questionView(id: string, text: string): HTMLElement {
  const name = `name-${id}`;
  return h(
    'article',
    { class: 'message question', 'aria-labelledby': name },
    h(
      'header',
      {},
      h('h2', { id: name }, 'You'),
      h(
        'div',
        { class: 'actions' },
        copyButton('Copy message', () => text),
      ),
    ),
    h('div', { class: 'question-text', dir: 'auto' }, text),
  );
}
