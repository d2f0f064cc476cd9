/** Menus are `details` elements: they close when something else is pressed, and on Escape. */
export function setUpMenus(): void {
  document.addEventListener('pointerdown', ({ target }) => {
    for (const menu of openMenus()) if (!(target instanceof Node && menu.contains(target))) menu.open = false;
  });
  document.addEventListener(
    'keydown',
    (event) => {
      const [menu] = openMenus();
      if (event.key !== 'Escape' || !menu) return;
      event.stopPropagation();
      menu.open = false;
      menu.querySelector('summary')?.focus();
    },
    { capture: true },
  );
}

function openMenus(): HTMLDetailsElement[] {
  return [...document.querySelectorAll<HTMLDetailsElement>('details.menu[open]')];
}
