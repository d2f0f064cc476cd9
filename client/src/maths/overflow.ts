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

/** Watches a formula for as long as it exists. */
export function watchOverflow(box: Element): void {
  observer.observe(box);
}
