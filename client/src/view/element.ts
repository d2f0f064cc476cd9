type Child = Node | string;

/** A new element. Attributes that are undefined or false are left out; true makes an empty one. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, string | boolean | undefined>> = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false) element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...children);
  return element;
}

/** A button with an icon, a name for those who don't see it, and what it does, unless that is added later. */
export function iconButton(icon: IconName, label: string, onClick: () => void = () => undefined): HTMLButtonElement {
  const button = h('button', { type: 'button', class: 'icon-button', 'aria-label': label, title: label }, iconOf(icon));
  button.addEventListener('click', onClick);
  return button;
}

/** The symbols of index.html. */
export type IconName = 'copy' | 'check' | 'edit' | 'trash' | 'retry' | 'mark' | 'left' | 'right' | 'more' | 'dots';

export function iconOf(name: IconName): SVGSVGElement {
  const svg = document.createElementNS(SVG, 'svg');
  const use = document.createElementNS(SVG, 'use');
  svg.setAttribute('class', 'icon');
  svg.setAttribute('aria-hidden', 'true');
  use.setAttribute('href', `#icon-${name}`);
  svg.append(use);
  return svg;
}

const SVG = 'http://www.w3.org/2000/svg';

/** The element of index.html with this id; a page without it is broken, so its absence is a programming error. */
export function byId<T extends HTMLElement>(id: string, type: new () => T): T {
  const element = document.getElementById(id);
  if (!(element instanceof type)) throw new Error(`index.html has no ${type.name} #${id}`);
  return element;
}
