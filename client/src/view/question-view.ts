import { copyButton } from './copy-button.js';
import { h } from './element.js';

/** Longer questions are folded: what was pasted is rarely what one wants to read again. */
const FOLDED_CHARS = 1_200;
const FOLDED_LINES = 16;

/** A question, shown exactly as it was typed. */
export function questionView(id: string, text: string): HTMLElement {
  const name = `name-${id}`;
  const body = h('div', { class: 'question-text', dir: 'auto' }, text);
  const article = h(
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
    body,
  );
  if (text.length > FOLDED_CHARS || text.split('\n', FOLDED_LINES + 1).length > FOLDED_LINES) {
    article.append(foldButton(body));
  }
  return article;
}

function foldButton(body: HTMLElement): HTMLButtonElement {
  const button = h('button', { type: 'button', class: 'button quiet unfold' });
  const fold = (folded: boolean): void => {
    body.classList.toggle('folded', folded);
    button.textContent = folded ? 'Show all' : 'Show less';
    button.setAttribute('aria-expanded', String(!folded));
  };
  button.addEventListener('click', () => fold(!body.classList.contains('folded')));
  fold(true);
  return button;
}
