import type { AnswerState } from '../state/answer-state.js';
import { facts, INDICATIVE } from './answer-facts.js';
import { h } from './element.js';

/** A disclosure that tells how the answer came about; built when it is opened. */
export function detailsButton(state: () => AnswerState | undefined): HTMLDetailsElement {
  const list = h('dl');
  const details = h(
    'details',
    { class: 'menu facts' },
    h('summary', { class: 'icon-button', title: 'Details' }, h('span', { class: 'visually-hidden' }, 'Details'), '⋯'),
    h('div', { class: 'menu-panel' }, list, h('p', { class: 'fine' }, INDICATIVE)),
  );
  details.addEventListener('toggle', () => {
    const known = state();
    if (!details.open || !known) return;
    list.replaceChildren(...facts(known).flatMap(([term, value]) => [h('dt', {}, term), h('dd', {}, value)]));
  });
  return details;
}
