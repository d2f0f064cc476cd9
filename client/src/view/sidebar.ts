import type { SessionSummary } from '../../../src/wire/message.js';
import type { SessionList } from '../chat/sessions.js';
import { byId } from './element.js';
import { SessionItem } from './session-item.js';

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
  readonly #none = byId('no-sessions', HTMLElement);
  readonly #more = byId('more-sessions', HTMLButtonElement);
  readonly #newChat = byId('new-chat', HTMLButtonElement);
  readonly #toggle = byId('toggle-sidebar', HTMLButtonElement);
  readonly #narrow = matchMedia('(max-width: 820px)');
  #items = new Map<string, SessionItem>();
  #shown: { list: SessionList; current: string } | undefined;

  constructor(private readonly actions: SidebarActions) {
    this.#newChat.addEventListener('click', () => {
      this.close();
      actions.newChat();
    });
    this.#more.addEventListener('click', () => actions.loadMore());
    this.#toggle.addEventListener('click', () => this.#open(this.#panel.inert));
    byId('scrim', HTMLElement).addEventListener('click', () => this.close());
    this.#narrow.addEventListener('change', () => this.#open(false));
    this.#open(false);
  }

  /** On wide screens it is there. */
  open(): void {
    if (this.#narrow.matches && this.#panel.inert) this.#open(true);
  }

  /** On wide screens it stays. */
  close(): void {
    if (this.#narrow.matches && !this.#panel.inert) this.#open(false);
  }

  /** The focus goes to this session, or near to where it was. */
  focus(sessionId: string): void {
    const here = this.#items.get(sessionId) ?? this.#newChat;
    (this.#panel.inert ? this.#toggle : here).focus();
  }

  show(list: SessionList, current: string): void {
    this.#shown = { list, current };
    const before = [...this.#items.values()];
    // Moving an item would take the focus from its field, and that would save what is half written.
    if (before.some((item) => item.isEdited)) return;
    const { sessions, hasMore } = list;
    const items = new Map<string, SessionItem>();
    for (const session of sessions) {
      const id = session.session_id;
      const item = this.#items.get(id) ?? this.#newItem(session);
      item.show(session, id === current);
      items.set(id, item);
    }
    this.#items = items;
    this.#keepingFocus(before, () => this.#arrange([...items.values()]));
    this.#none.hidden = sessions.length > 0;
    this.#more.hidden = !hasMore;
  }

  /** Puts the items in order; one that stands where it should is not touched. */
  #arrange(items: readonly SessionItem[]): void {
    const wanted = new Set<Element>(items.map(({ element }) => element));
    for (const element of [...this.#list.children]) if (!wanted.has(element)) element.remove();
    items.forEach(({ element }, i) => {
      const there = this.#list.children[i] ?? null;
      if (there !== element) this.#list.insertBefore(element, there);
    });
  }

  /** What is moved loses the focus, and gets it back; where it is gone, what follows it has it. */
  #keepingFocus(before: readonly SessionItem[], change: () => void): void {
    const focused = document.activeElement;
    const at = before.findIndex(({ element }) => element.contains(focused));
    change();
    if (at < 0 || document.activeElement === focused) return;
    if (focused instanceof HTMLElement && focused.isConnected) return focused.focus();
    const next = before.find((item, i) => i > at && item.element.isConnected);
    (next ?? [...this.#items.values()].at(-1) ?? this.#newChat).focus();
  }

  #open(open: boolean): void {
    const visible = open || !this.#narrow.matches;
    this.#panel.inert = !visible;
    this.#panel.classList.toggle('open', open && this.#narrow.matches);
    this.#toggle.setAttribute('aria-expanded', String(visible));
    if (open && this.#narrow.matches) this.#newChat.focus();
  }

  #newItem(session: SessionSummary): SessionItem {
    const edited = (): void => {
      if (this.#shown) this.show(this.#shown.list, this.#shown.current);
    };
    return new SessionItem(session, { ...this.actions, opened: () => this.close(), edited });
  }
}
