import { getHistory, type HistoryPage } from '../api/chat-api.js';
import type { OpenSession } from './asker.js';
import { findMessage } from './find-messages.js';
import type { MessageFactory, ShownMessages } from './shown-messages.js';

/** The messages before those that are shown. A reply that does not end where the page begins by now is not used. */
export class OlderMessages {
  hasMore = false;
  /** The message before which a page is being loaded. */
  #loadingBefore: string | undefined;

  constructor(
    private readonly messages: ShownMessages,
    private readonly factory: MessageFactory,
    private readonly session: () => OpenSession,
  ) {}

  /** Shows one more page, if there is one and it is not loaded already. */
  async load(): Promise<void> {
    const before = this.#first;
    if (!this.hasMore || before === undefined || before === this.#loadingBefore) return;
    this.#loadingBefore = before;
    try {
      const { sessionId, signal } = this.session();
      this.#show(await getHistory(sessionId, { before }, signal), before);
    } finally {
      if (this.#loadingBefore === before) this.#loadingBefore = undefined;
    }
  }

  /** Shows all messages back to this one, if the session has it. */
  async showBackTo(messageId: string): Promise<void> {
    const before = this.#first;
    if (before === undefined || this.messages.entries.some(({ id }) => id === messageId)) return;
    const page = await findMessage(this.session(), before, messageId);
    // Where older messages were loaded meanwhile, it is looked for before those.
    if (page && !this.#show(page, before)) await this.showBackTo(messageId);
  }

  #show({ history, has_more }: HistoryPage, before: string): boolean {
    if (before !== this.#first) return false;
    this.hasMore = has_more;
    this.messages.prepend(this.factory.stored(history));
    return true;
  }

  get #first(): string | undefined {
    return this.messages.entries[0]?.id;
  }
}
