import { h } from './element.js';

/** At most one at a time. */
const open: { menu?: Menu } = {};

/** A button and what it discloses. It closes on Escape, when something else is pressed, and when the focus goes on. */
export class Menu {
  readonly element: HTMLElement;

  /** `onOpen` may fill the panel. */
  constructor(
    private readonly button: HTMLButtonElement,
    private readonly panel: HTMLElement,
    private readonly onOpen: () => void = () => undefined,
  ) {
    this.element = h('span', { class: 'menu' });
    button.replaceWith(this.element);
    this.element.append(button, panel);
    this.#show(false);
    button.addEventListener('click', () => (this.panel.hidden ? this.#open() : this.close()));
    this.element.addEventListener('focusout', ({ relatedTarget }) => {
      if (relatedTarget instanceof Node && !this.element.contains(relatedTarget)) this.close();
    });
  }

  close(): void {
    this.#show(false);
    if (open.menu === this) delete open.menu;
  }

  /** Closes, and gives the focus back to the button. */
  leave(): void {
    this.close();
    this.button.focus();
  }

  #open(): void {
    open.menu?.close();
    open.menu = this;
    this.onOpen();
    this.#show(true);
    this.#fit();
  }

  /** Opens to the other side where there is no room, and no further to the right than the page goes. */
  #fit(): void {
    const { style } = this.panel;
    this.panel.classList.remove('other-side');
    style.removeProperty('translate');
    const scroller = this.element.closest('.conversation') ?? document.documentElement;
    const room = scroller.getBoundingClientRect();
    this.panel.classList.toggle('other-side', this.panel.getBoundingClientRect().top < room.top);
    const beyond = this.panel.getBoundingClientRect().right - room.right + 8;
    if (beyond > 0) style.setProperty('translate', `${-beyond}px 0`);
  }

  #show(visible: boolean): void {
    this.panel.hidden = !visible;
    this.button.setAttribute('aria-expanded', String(visible));
  }
}

/** Has menus close wherever something else is pressed. */
export function setUpMenus(): void {
  document.addEventListener('pointerdown', ({ target }) => {
    if (open.menu && !(target instanceof Node && open.menu.element.contains(target))) open.menu.close();
  });
  document.addEventListener(
    'keydown',
    (event) => {
      if (event.key !== 'Escape' || !open.menu) return;
      event.stopPropagation();
      open.menu.leave();
    },
    { capture: true },
  );
}
