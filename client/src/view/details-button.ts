import type { AnswerState } from '../state/answer-state.js';
import { facts, INDICATIVE } from './answer-facts.js';
import { h, iconOf } from './element.js';
import { Menu } from './menu.js';

/** A button that tells how the answer came about. */
export function detailsButton(state: () => AnswerState | undefined): HTMLElement {
  const list = h('dl');
  const button = h(
    'button',
    { type: 'button', class: 'icon-button', 'aria-label': 'Details', title: 'Details' },
    iconOf('dots'),
  );
  const panel = h('div', { class: 'menu-panel facts' }, list, h('p', { class: 'fine' }, INDICATIVE));
  return new Menu(button, panel, () => {
    const known = state();
    if (!known) return;
    list.replaceChildren(...facts(known).flatMap(([term, value]) => [h('dt', {}, term), h('dd', {}, value)]));
  }).element;
}
