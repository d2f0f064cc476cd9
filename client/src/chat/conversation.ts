import { getHistory } from '../api/chat-api.js';
import { ReplyOrder } from '../state/reply-order.js';
import { persist } from '../stream/persist.js';
import { Asker, type OpenSession } from './asker.js';
import type { ConversationHost, Refusal } from './conversation-host.js';
import { isOutdated } from './refusals.js';
import { carryEdits, renew } from './known-messages.js';
import { OlderMessages } from './older-messages.js';
import type { MessageActions, MessageFactory, ShownMessage, ShownMessages } from './shown-messages.js';
import { Turns } from './turns.js';
import { Versions } from './versions.js';

/** One session in the page: what was said, and the answer that is being written. */
export class Conversation {
  readonly asker: Asker;
  readonly #factory: MessageFactory;
  readonly #turns: Turns;
  readonly #older: OlderMessages;
  readonly #versions: Versions;
  /** Of the requests for what is shown; a question outdates them. */
  readonly #order = new ReplyOrder();
  #sessionId = '';
  /** Ends everything that belongs to the session shown when another one is opened. */
  #open = new AbortController();

  constructor(
    private readonly messages: ShownMessages,
    newFactory: (actions: MessageActions) => MessageFactory,
    private readonly host: ConversationHost,
  ) {
    this.#factory = newFactory(this.#actions());
    this.#older = new OlderMessages(messages, this.#factory, () => this.#session());
    this.#versions = new Versions(messages, this.#factory, this.#order, (current) => host.reading(current));
    this.asker = new Asker(messages, {
      delayed: () => host.delayed(),
      started: () => {
        if (!this.#versions.isCurrent()) this.#versions.reset();
        host.started();
      },
      ended: (answer) => host.ended(answer),
    });
    this.#turns = new Turns(messages, this.#factory, this.asker, {
      session: () => this.#session(),
      settings: () => host.settings(),
      asking: () => {
        this.#order.outdate();
        host.asking();
      },
      end: () => this.#versions.end,
      refused: (refusal) => this.#refused(refusal),
      giveBack: (text, sessionId) => host.giveBack(text, sessionId),
    });
  }

  get questions(): string[] {
    return this.messages.entries.flatMap((entry) => (entry.role === 'user' ? entry.text : []));
  }

  get sessionId(): string {
    return this.#sessionId;
  }

  get isEmpty(): boolean {
    return this.messages.entries.length === 0;
  }

  /**
   * Shows a session; a running answer of another one goes on without us. A new one has nothing to load. Resolves with
   * whether it is still the one that is shown.
   */
  async open(sessionId: string, isNew: boolean): Promise<boolean> {
    this.#open.abort();
    this.#open = new AbortController();
    const { signal } = this.#open;
    this.#sessionId = sessionId;
    this.#older.hasMore = false;
    this.#versions.reset();
    this.asker.reset();
    this.messages.reset([]);
    if (isNew) return true;
    const failed = (error: unknown): void => this.#loadFailed(error, signal);
    if ((await persist(() => this.#load(signal), failed, signal)) === 'late') this.host.loaded();
    return !signal.aborted;
  }

  /** Shows a message of this session, however far back it is, and the words of `query` in it; false where there is none. */
  async goTo(messageId: string, query: string): Promise<boolean> {
    const { signal } = this.#open;
    if (!this.#versions.isCurrent()) await this.#load(signal).catch(() => undefined);
    // What could not be loaded has said so.
    if (this.isEmpty) return true;
    await this.#older.showBackTo(messageId).catch((error: unknown) => this.#loadFailed(error, signal));
    return !signal.aborted && this.messages.goTo(messageId, query);
  }

  /** Another tab may have gone on with this session. */
  async refresh(): Promise<void> {
    if (!this.asker.isIdle() || this.isEmpty || !this.#versions.isCurrent()) return;
    const { signal } = this.#open;
    const isNews = this.#order.sent();
    try {
      const { history } = await getHistory(this.#sessionId, { limit: 1 }, signal);
      if (history.at(-1)?.id !== this.messages.entries.at(-1)?.id && isNews()) await this.#load(signal);
    } catch {
      // What is shown stays.
    }
  }

  async loadOlder(): Promise<void> {
    const { signal } = this.#open;
    await this.#older.load().catch((error: unknown) => this.#loadFailed(error, signal));
  }

  /** What is asked follows the current version, which is shown first where another one is. */
  async send(text: string): Promise<void> {
    if (this.#versions.isCurrent()) return this.#turns.send(text);
    const { signal } = this.#open;
    const { end } = this.#versions;
    try {
      await this.#load(signal, text);
    } catch (error) {
      if (!signal.aborted) this.host.refused({ error, text, again: () => void this.send(text) });
      return;
    }
    if (signal.aborted) return;
    // Another earlier version may have been shown meanwhile.
    await (this.#versions.isCurrent() ? this.#turns.send(text, end) : this.send(text));
  }

  stop(): void {
    this.asker.stop();
  }

  /** Shows the current version again. */
  showCurrent(): void {
    const { signal } = this.#open;
    this.#load(signal).catch((error: unknown) => this.#loadFailed(error, signal));
  }

  async #load(signal: AbortSignal, text = ''): Promise<void> {
    const isNews = this.#order.sent();
    const { history, has_more } = await getHistory(this.#sessionId, {}, signal);
    if (signal.aborted || !isNews()) return;
    const before = [...this.messages.entries];
    if (history.length === 0) {
      this.messages.reset([]);
      return this.host.gone(before.length === 0 ? 'unknown' : 'deleted', [text, ...carryEdits(before, [])]);
    }
    const last = history.at(-1);
    const running = last?.status === 'streaming' ? last : undefined;
    const ended = running ? history.slice(0, -1) : history;
    const isAll = renew(this.messages, ended, this.#factory.stored(ended), !this.#versions.isCurrent());
    if (isAll) this.#older.hasMore = has_more;
    this.#versions.reset();
    performance.mark('conversation-shown');
    if (running) {
      const answer = this.#factory.answer(this.messages.entries, running.id, running.versions);
      this.messages.renewFrom(this.messages.entries.length, [answer]);
      // It is followed from here, and by this run alone.
      this.#order.outdate();
      void this.#turns.attach(answer);
    }
    for (const edit of carryEdits(before, this.messages.entries)) this.host.giveBack(edit, this.#sessionId);
  }

  #actions(): MessageActions {
    return {
      regenerate: (answer, provider) => void this.#turns.regenerate(answer, provider),
      continue: (answer) => void this.#turns.continue(answer),
      edit: (question, text) => void this.#turns.edit(question, text),
      showVersion: (message, id) => void this.#showVersion(message, id),
      providers: () => this.host.providers(),
    };
  }

  async #showVersion(message: ShownMessage, id: string): Promise<void> {
    const session = this.#session();
    if (!this.asker.isIdle()) return;
    await this.#versions.show(message, id, session).catch((error: unknown) => this.#loadFailed(error, session.signal));
  }

  #session(): OpenSession {
    return { sessionId: this.#sessionId, signal: this.#open.signal };
  }

  async #refused(refusal: Refusal): Promise<void> {
    this.host.refused(refusal);
    if (isOutdated(refusal.error)) await this.#load(this.#open.signal).catch(() => undefined);
  }

  #loadFailed(error: unknown, signal: AbortSignal): void {
    if (!signal.aborted) this.host.loadFailed(error);
  }
}
