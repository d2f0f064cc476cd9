import { h, iconButton, iconOf } from './element.js';
import { Menu } from './menu.js';

const CHOOSE = 'Regenerate with…';

/** One button to have a question answered once more, and a menu to say by whom. */
export function regenerateButtons(regenerate: (provider?: string) => void, providers: () => readonly string[]): Node[] {
  const again = iconButton('retry', 'Regenerate', () => regenerate());
  const choose = h(
    'button',
    { type: 'button', class: 'icon-button narrow', 'aria-label': CHOOSE, title: CHOOSE },
    iconOf('more'),
  );
  const panel = h('div', { class: 'menu-panel', role: 'group', 'aria-label': 'Providers' });
  const menu = new Menu(choose, panel, () => {
    panel.replaceChildren(
      ...providers().map((provider) => {
        const button = h('button', { type: 'button', class: 'button quiet' }, provider);
        button.addEventListener('click', () => {
          menu.close();
          regenerate(provider);
        });
        return button;
      }),
    );
  });
  again.classList.add('when-idle');
  menu.element.classList.add('when-idle');
  return [again, menu.element];
}
