/** A box that has to be scrolled must be within reach of the keyboard, and one that has not must not be in its way. */
const observer = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    if (target.scrollWidth > target.clientWidth + 1) target.setAttribute('tabindex', '0');
    else target.removeAttribute('tabindex');
  }
});

/** Watches a box for as long as it exists. */
export function watchOverflow(box: Element): void {
  observer.observe(box);
}
