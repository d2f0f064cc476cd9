import type { MdFormula } from '../markdown/md-node.js';
import { h } from '../view/element.js';
import { typesetSoon } from './typesetter.js';

/** A formula in the page: as it was written until it is typeset, and for good if it can't be. */
export function formulaView({ tex, display, source }: MdFormula): HTMLElement {
  const place = h('span', { class: display ? 'formula display' : 'formula', dir: 'ltr' }, source);
  typesetSoon({ place, tex, display });
  return place;
}
