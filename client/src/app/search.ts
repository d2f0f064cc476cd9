import type { SearchResult } from '../../../src/wire/message.js';
import { searchMessages } from '../api/chat-api.js';
import { SearchBox } from '../view/search-box.js';
import { failureText } from '../chat/refusals.js';

/** A search begins when nothing more was typed for so long. */
const PAUSE_MS = 200;
/** More results than this are found by saying more exactly what is looked for. */
const MOST_RESULTS = 200;

/** Looks through the user's messages while words are typed. Only the latest search counts: it ends the one before. */
export class Search {
  readonly box: SearchBox;
  #current = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #results: SearchResult[] = [];

  constructor(
    private readonly announce: (text: string) => void,
    opened: () => void,
  ) {
    this.box = new SearchBox({
      search: (text) => this.#begin(text),
      loadMore: () => void this.#load(this.box.text),
      opened,
    });
  }

  #begin(text: string): void {
    clearTimeout(this.#timer);
    this.#current.abort();
    this.#results = [];
    if (text === '') this.box.close();
    else this.#timer = setTimeout(() => void this.#load(text), PAUSE_MS);
  }

  async #load(text: string): Promise<void> {
    this.#current.abort();
    this.#current = new AbortController();
    const { signal } = this.#current;
    const before = this.#results.at(-1)?.message_id;
    try {
      const page = await searchMessages(text, before === undefined ? {} : { before }, signal);
      if (signal.aborted) return;
      this.#results = [...this.#results, ...page.results];
      const found = this.#results.length;
      const hasMore = page.has_more && page.results.length > 0 && found < MOST_RESULTS;
      this.box.show(this.#results, found === 0 ? `Nothing was found for “${text}”.` : '', hasMore);
      this.announce(found === 1 ? '1 result' : `${found}${hasMore ? ' or more' : ''} results`);
    } catch (error) {
      if (signal.aborted) return;
      this.box.say(`The search failed. ${failureText(error)}`);
      this.announce('The search failed.');
    }
  }
}
