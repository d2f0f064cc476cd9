import { getHistory } from '../api/chat-api.js';
import { persist } from '../stream/persist.js';
import { AnswerEntry } from '../view/answer-entry.js';
import { QuestionEntry } from '../view/question-entry.js';
import type { Transcript } from '../view/transcript.js';
import { Asker, type SessionKey } from './asker.js';
import type { ConversationEvents } from './conversation-events.js';
import { isOutdated } from './expect-end.js';
import { findMessage, versionMessages } from './find-messages.js';
import { carryEdits, renew } from './known-messages.js';
import { MessageEntries, questionsOf } from '../view/message-entries.js';
import { Turns, type Refusal } from './turns.js';

/** What is shown is an earlier version from some message on. */
interface Past {
  /** The id of that message's first version. */
  readonly place: string;
  /** The last message of the current version, as it was shown before. */
  readonly end: string | undefined;
}

/** One session in the page: what was said, and the answer that is being written. */
export class Conversation {
  readonly asker: Asker;
  readonly #entries: MessageEntries;
  readonly #turns: Turns;
  #sessionId = '';
  /** Ends everything that belongs to the session shown when another one is opened. */
  #open = new AbortController();
  #hasMore = false;
  #loadingOlder = false;
  #past: Past | undefined;
  /** How many turns were asked: what was loaded for fewer of them is outdated. */
  #asked = 0;

  constructor(
    private readonly transcript: Transcript,
    private readonly events: ConversationEvents,
  ) {
    this.#entries = new MessageEntries({
      regenerate: (entry, provider) => void this.#turns.regenerate(entry, provider),
      goOn: (entry) => void this.#turns.goOn(entry),
      edit: (entry, text) => void this.#turns.edit(entry, text),
      showVersion: (entry, id) => void this.#showVersion(entry, id),
      providers: () => events.providers(),
    });
    this.asker = new Asker(transcript, {
      delayed: () => events.delayed(),
      begun: () => {
        // What was asked has taken the place of the earlier version.
        if (this.#past) this.#leavePast();
        events.begun();
      },
      ended: (entry) => events.ended(entry),
    });
    this.#turns = new Turns(transcript, this.#entries, this.asker, () => this.#session(), {
      settings: () => events.settings(),
      asking: () => {
        this.#asked += 1;
        events.asking();
      },
      end: () => (this.#past ? this.#past.end : transcript.entries.at(-1)?.id),
      refused: (refusal) => this.#onRefused(refusal),
      giveBack: (text) => events.giveBack(text),
    });
  }

  get questions(): string[] {
    return questionsOf(this.transcript.entries);
  }

  get sessionId(): string {
    return this.#sessionId;
  }

  get isEmpty(): boolean {
    return this.transcript.entries.length === 0;
  }

  /** Shows a session; a running answer of another one goes on without us. A new one has nothing to load. */
  async open(sessionId: string, isNew: boolean): Promise<void> {
    this.#open.abort();
    this.#open = new AbortController();
    const { signal } = this.#open;
    this.#sessionId = sessionId;
    this.#hasMore = false;
    this.#loadingOlder = false;
    this.#leavePast();
    this.asker.reset();
    this.transcript.reset([]);
    if (isNew) return;
    const failed = (error: unknown): void => this.#loadFailed(error, signal);
    if ((await persist(() => this.#load(signal), failed, signal)) === 'late') this.events.loaded();
  }

  /** Shows a message of this session, however far back it is, and the words of `query` in it; false where there is none. */
  async goTo(messageId: string, query: string): Promise<boolean> {
    const { signal } = this.#open;
    if (this.#past !== undefined) await this.#load(signal).catch(() => undefined);
    // What could not be loaded has said so.
    if (this.isEmpty) return true;
    try {
      const known = this.transcript.entries.some(({ id }) => id === messageId);
      const older = known ? undefined : await findMessage(this.#session(), this.transcript.entries[0]?.id, messageId);
      if (older) {
        this.#hasMore = older.has_more;
        this.transcript.prepend(this.#entries.stored(older.history));
      }
    } catch (error) {
      this.#loadFailed(error, signal);
    }
    return !signal.aborted && this.transcript.goTo(messageId, query);
  }

  /** Another tab may have gone on with this session. */
  async refresh(): Promise<void> {
    if (!this.asker.isIdle() || this.isEmpty || this.#past !== undefined) return;
    const { signal } = this.#open;
    try {
      const { history } = await getHistory(this.#sessionId, { limit: 1 }, signal);
      const isNews = history.at(-1)?.id !== this.transcript.entries.at(-1)?.id;
      if (isNews && this.asker.isIdle()) await this.#load(signal);
    } catch {
      // What is shown stays.
    }
  }

  async loadOlder(): Promise<void> {
    const before = this.transcript.entries[0]?.id;
    if (!this.#hasMore || this.#loadingOlder || before === undefined) return;
    this.#loadingOlder = true;
    const { signal } = this.#open;
    try {
      const page = await getHistory(this.#sessionId, { before }, signal);
      this.#hasMore = page.has_more;
      this.#loadingOlder = false;
      this.transcript.prepend(this.#entries.stored(page.history));
    } catch (error) {
      this.#loadFailed(error, signal);
      this.#loadingOlder = false;
    }
  }

  async send(text: string): Promise<void> {
    // What is asked now follows the current version, as was said while another one was read.
    const past = this.#past;
    if (!past) return this.#turns.send(text);
    const { signal } = this.#open;
    try {
      await this.#load(signal, text);
    } catch (error) {
      if (!signal.aborted) this.events.refused({ error, text, again: () => void this.send(text) });
      return;
    }
    if (!signal.aborted) await this.#turns.send(text, past.end);
  }

  stop(): void {
    this.asker.stop();
  }

  async #load(signal: AbortSignal, text = ''): Promise<void> {
    const asked = this.#asked;
    const { history, has_more } = await getHistory(this.#sessionId, {}, signal);
    if (signal.aborted || asked !== this.#asked) return;
    const before = [...this.transcript.entries];
    if (history.length === 0) {
      this.transcript.reset([]);
      return this.events.gone(before.length === 0 ? 'unknown' : 'deleted', [text, ...carryEdits(before, [])]);
    }
    const last = history.at(-1);
    const running = last?.status === 'streaming' ? last : undefined;
    const messages = running ? history.slice(0, -1) : history;
    const isAll = renew(this.transcript, messages, this.#entries.stored(messages), this.#past !== undefined);
    if (isAll) this.#hasMore = has_more;
    this.#leavePast();
    performance.mark('conversation-shown');
    if (running) {
      const answer = this.#entries.answer(this.transcript.entries, running.id, running.versions);
      this.transcript.renewFrom(this.transcript.entries.length, [answer]);
      this.asker.attach(answer, signal);
    }
    for (const edit of carryEdits(before, this.transcript.entries)) this.events.giveBack(edit);
  }

  /** Shows another version of a message, with what followed it then. */
  async #showVersion(entry: AnswerEntry | QuestionEntry, id: string): Promise<void> {
    const place = entry.versions[0];
    if (!this.asker.isIdle() || place === undefined) return;
    const { signal } = this.#open;
    try {
      const messages = await versionMessages(this.#session(), id);
      const index = this.transcript.entries.indexOf(entry);
      if (index < 0 || !this.asker.isIdle()) return;
      const isCurrent = id === entry.versions.at(-1) && (this.#past?.place ?? place) === place;
      if (isCurrent) this.#leavePast();
      else if (!this.#past) {
        this.#past = { place, end: this.transcript.entries.at(-1)?.id };
        this.events.reading(entry.versions.length, this.#showCurrent);
      }
      const shown = this.#entries.stored(messages, !isCurrent);
      this.transcript.swapFrom(index, shown);
      const [first] = shown;
      if (first instanceof AnswerEntry || first instanceof QuestionEntry) first.focusVersions();
    } catch (error) {
      this.#loadFailed(error, signal);
    }
  }

  readonly #showCurrent = (): void => {
    const { signal } = this.#open;
    this.#load(signal).catch((error: unknown) => this.#loadFailed(error, signal));
  };

  #leavePast(): void {
    this.#past = undefined;
    this.events.reading(undefined, this.#showCurrent);
  }

  #session(): SessionKey & { signal: AbortSignal } {
    return { sessionId: this.#sessionId, signal: this.#open.signal };
  }

  async #onRefused(refusal: Refusal): Promise<void> {
    this.events.refused(refusal);
    if (isOutdated(refusal.error)) await this.#load(this.#open.signal).catch(() => undefined);
  }

  #loadFailed(error: unknown, signal: AbortSignal): void {
    if (!signal.aborted) this.events.loadFailed(error);
  }
}
