import type { SessionSummary } from '../../../src/wire/message.js';
import { addressOf } from '../state/route.js';
import { h, iconButton } from './element.js';
import { isComposing } from './keys.js';

export interface SessionItemActions {
  opened(): void;
  /** The title is not being edited any more. */
  edited(): void;
  rename(sessionId: string, title: string): void;
  remove(session: SessionSummary): void;
}

/** One session in the list. It stays the same element for as long as it is listed, so the focus stays where it is. */
export class SessionItem {
  readonly element = h('li');
  readonly #title = h('span', { class: 'title' });
  readonly #running = h('span', { class: 'running-mark', role: 'img', 'aria-label': 'answering', hidden: true });
  readonly #link = h('a', { dir: 'auto' }, this.#title, this.#running);
  readonly #rename = iconButton('edit', 'Rename', () => this.#edit());
  readonly #remove = iconButton('trash', 'Delete', () => this.actions.remove(this.#session));
  readonly #buttons = h('span', { class: 'item-actions' }, this.#rename, this.#remove);
  #session: SessionSummary;
  #field: HTMLInputElement | undefined;

  constructor(
    session: SessionSummary,
    private readonly actions: SessionItemActions,
  ) {
    this.#session = session;
    this.#link.href = addressOf({ sessionId: session.session_id });
    this.#link.addEventListener('click', () => actions.opened());
    this.element.append(this.#link, this.#buttons);
  }

  show(session: SessionSummary, isCurrent: boolean): void {
    this.#session = session;
    const title = session.title || 'Untitled';
    if (this.#title.textContent !== title) this.#title.textContent = title;
    this.#running.hidden = session.running_answer_id === undefined;
    this.element.classList.toggle('current', isCurrent);
    if (isCurrent) this.#link.setAttribute('aria-current', 'page');
    else this.#link.removeAttribute('aria-current');
    // The title only describes them: one like "Stop" in their names would have them answer to another button's name.
    this.#rename.title = `Rename ${title}`;
    this.#remove.title = `Delete ${title}`;
  }

  get isEdited(): boolean {
    return this.#field !== undefined;
  }

  focus(): void {
    this.#link.focus();
  }

  #edit(): void {
    const { title } = this.#session;
    const field = h('input', { type: 'text', 'aria-label': 'Title', value: title, maxlength: '200' });
    field.addEventListener('keydown', (event) => {
      if (isComposing(event) || (event.key !== 'Enter' && event.key !== 'Escape')) return;
      event.stopPropagation();
      this.#endEdit(event.key === 'Enter');
      this.focus();
    });
    field.addEventListener('blur', () => this.#endEdit(true));
    this.#field = field;
    this.element.replaceChildren(field);
    field.select();
  }

  #endEdit(save: boolean): void {
    const field = this.#field;
    if (!field) return;
    this.#field = undefined;
    const title = field.value.trim();
    this.element.replaceChildren(this.#link, this.#buttons);
    if (save && title !== '' && title !== this.#session.title) this.actions.rename(this.#session.session_id, title);
    this.actions.edited();
  }
}
