import type { SessionSummary } from '../../../src/wire/message.js';
import type { SessionList } from '../chat/sessions.js';
import { sessionHash } from '../state/route.js';
import { byId, h, iconButton } from './element.js';
import { isComposing } from './is-composing.js';

export interface SidebarActions {
  newChat(): void;
  loadMore(): void;
  rename(sessionId: string, title: string): void;
  remove(session: SessionSummary): void;
}

/** The list of sessions. On narrow screens it slides over the conversation and is inert while it is away. */
export class Sidebar {
  readonly #panel = byId('sidebar', HTMLElement);
  readonly #list = byId('session-list', HTMLUListElement);
  readonly #more = byId('more-sessions', HTMLButtonElement);
  readonly #toggle = byId('toggle-sidebar', HTMLButtonElement);
  readonly #narrow = matchMedia('(max-width: 820px)');
  #current = '';
  #shown: SessionList = { sessions: [], hasMore: false };
  #renaming = false;

  constructor(private readonly actions: SidebarActions) {
    byId('new-chat', HTMLButtonElement).addEventListener('click', () => {
      this.close();
      actions.newChat();
    });
    this.#more.addEventListener('click', () => actions.loadMore());
    this.#toggle.addEventListener('click', () => this.#open(this.#panel.inert));
    byId('scrim', HTMLElement).addEventListener('click', () => this.close());
    this.#narrow.addEventListener('change', () => this.#open(false));
    this.#open(false);
  }

  /** On wide screens it stays. */
  close(): void {
    if (this.#narrow.matches && !this.#panel.inert) this.#open(false);
  }

  show(list: SessionList, current: string): void {
    this.#shown = list;
    this.#current = current;
    if (this.#renaming) return;
    this.#list.replaceChildren(...list.sessions.map((session) => this.#item(session)));
    this.#more.hidden = !list.hasMore;
  }

  #open(open: boolean): void {
    const visible = open || !this.#narrow.matches;
    this.#panel.inert = !visible;
    this.#panel.classList.toggle('open', open && this.#narrow.matches);
    this.#toggle.setAttribute('aria-expanded', String(visible));
    if (open && this.#narrow.matches) byId('new-chat', HTMLButtonElement).focus();
  }

  #item(session: SessionSummary): HTMLElement {
    const title = session.title || 'Untitled';
    const isCurrent = session.session_id === this.#current;
    const link = h(
      'a',
      { href: sessionHash(session.session_id), 'aria-current': isCurrent && 'page', dir: 'auto' },
      title,
    );
    link.addEventListener('click', () => this.close());
    if (session.running_answer_id)
      link.append(h('span', { class: 'running-mark', role: 'img', 'aria-label': 'answering' }));
    const item = h('li', { class: isCurrent && 'current' }, link);
    const rename = iconButton('edit', `Rename ${title}`, () => this.#rename(item, session));
    const remove = iconButton('trash', `Delete ${title}`, () => this.actions.remove(session));
    item.append(h('span', { class: 'item-actions' }, rename, remove));
    return item;
  }

  #rename(item: HTMLElement, session: SessionSummary): void {
    const field = h('input', { type: 'text', 'aria-label': 'Title', value: session.title, maxlength: '200' });
    const end = (save: boolean): void => {
      if (!this.#renaming) return;
      this.#renaming = false;
      const title = field.value.trim();
      if (save && title !== '' && title !== session.title) this.actions.rename(session.session_id, title);
      this.show(this.#shown, this.#current);
    };
    field.addEventListener('keydown', (event) => {
      if (isComposing(event)) return;
      if (event.key === 'Enter') end(true);
      if (event.key !== 'Escape') return;
      event.stopPropagation();
      end(false);
    });
    field.addEventListener('blur', () => end(true));
    this.#renaming = true;
    item.replaceChildren(field);
    field.select();
  }
}
