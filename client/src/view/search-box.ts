import type { SearchResult } from '../../../src/wire/message.js';
import { addressOf } from '../state/route.js';
import { byId, h } from './element.js';
import { isComposing } from './keys.js';
import { hitsIn } from './mark-hits.js';

export interface SearchActions {
  /** What is looked for has changed; '' for nothing. */
  search(text: string): void;
  loadMore(): void;
  /** A result was chosen. */
  opened(): void;
}

/** Where words are looked for; what was found stands in the place of the sessions. */
export class SearchBox {
  readonly #field = byId('search', HTMLInputElement);
  readonly #results = byId('search-results', HTMLElement);
  readonly #note = byId('search-note', HTMLElement);
  readonly #list = byId('result-list', HTMLUListElement);
  readonly #more = byId('more-results', HTMLButtonElement);
  readonly #sessions = byId('all-sessions', HTMLElement);

  constructor(private readonly actions: SearchActions) {
    this.#field.addEventListener('input', () => actions.search(this.text));
    this.#field.addEventListener('keydown', (event) => this.#onKey(event));
    this.#more.addEventListener('click', () => actions.loadMore());
  }

  get text(): string {
    return this.#field.value.trim();
  }

  focus(): void {
    this.#field.focus();
    this.#field.select();
  }

  /** Shows the sessions again. */
  close(): void {
    this.#results.hidden = true;
    this.#sessions.hidden = false;
    this.#list.replaceChildren();
  }

  /** Shows results; `note` says what there is to say about them, '' for nothing. */
  show(results: readonly SearchResult[], note: string, hasMore: boolean): void {
    this.#results.hidden = false;
    this.#sessions.hidden = true;
    const shown = this.#list.childElementCount;
    const goesOn = document.activeElement === this.#more;
    this.#list.replaceChildren(...results.map((result) => this.#item(result)));
    if (goesOn) this.#list.children[shown]?.querySelector('a')?.focus();
    this.say(note);
    this.#more.hidden = !hasMore;
  }

  /** Says something above the results that are there. */
  say(note: string): void {
    this.#results.hidden = false;
    this.#sessions.hidden = true;
    this.#note.textContent = note;
    this.#note.hidden = note === '';
  }

  #item({ session_id: sessionId, message_id: messageId, title, snippet }: SearchResult): HTMLElement {
    const pieces = (text: string): Node[] =>
      hitsIn(text, this.text).map((piece) =>
        piece.isHit ? h('mark', {}, piece.text) : document.createTextNode(piece.text),
      );
    const link = h(
      'a',
      { href: addressOf({ sessionId, messageId }) },
      h('span', { class: 'result-title', dir: 'auto' }, ...pieces(title || 'Untitled')),
      h('span', { class: 'snippet', dir: 'auto' }, ...pieces(snippet)),
    );
    link.addEventListener('click', () => this.actions.opened());
    return h('li', {}, link);
  }

  #onKey(event: KeyboardEvent): void {
    if (isComposing(event) || event.key !== 'Escape' || this.#field.value === '') return;
    event.stopPropagation();
    this.#field.value = '';
    this.actions.search('');
  }
}
