import temml from 'temml/dist/temml.mjs';
import { isBounded } from './bounds.js';
import { mathNode } from './math-node.js';

/** Sizes that TeX may ask for: at most so many em, and points. */
const MAX_SIZE: [number, number] = [10, 120];
const MAX_EXPANSIONS = 300;

/** A box that has to be scrolled must be within reach of the keyboard, and one that has not must not be in its way. */
const observer = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    if (target.scrollWidth > target.clientWidth + 1) target.setAttribute('tabindex', '0');
    else target.removeAttribute('tabindex');
    // Each box that is observed costs time in every frame. One that is folded away has no width yet.
    if (target.clientWidth > 0) observer.unobserve(target);
  }
});

addEventListener('resize', () => {
  for (const box of document.querySelectorAll('math')) observer.observe(box);
});

/**
 * The MathML of TeX, built node by node: the only code that knows the TeX library. Throws where the TeX is invalid, not
 * trusted (links, pictures, attributes) or too much.
 */
export function typeset(tex: string, display: boolean): Element {
  if (!isBounded(tex)) throw new Error('The formula may be too much');
  const tree = temml.__renderToMathMLTree(tex, {
    displayMode: display,
    throwOnError: true,
    trust: false,
    wrap: 'tex',
    maxSize: MAX_SIZE,
    maxExpand: MAX_EXPANSIONS,
  });
  const formula = mathNode(tree);
  // A table with a width of its own, as with tags, is given all there is.
  if (formula.querySelector(':scope > mtable[style]')) formula.classList.add('full-width');
  observer.observe(formula);
  return formula;
}
