import type { SessionSummary } from '../../../src/wire/message.js';
import { deleteSession, getSessions, renameSession } from '../api/chat-api.js';
import { Observable } from '../state/observable.js';

/** What the service gives at once at most; and how far the list is followed for the sake of one title. */
const LARGEST_PAGE = 200;
const MOST_PAGES = 10;

export interface SessionList {
  readonly sessions: readonly SessionSummary[];
  readonly hasMore: boolean;
}

/** The sessions of this user, as the service tells them, without those that are about to be deleted. */
export class Sessions {
  readonly list = new Observable<SessionList>({ sessions: [], hasMore: false });
  readonly #deleting = new Map<string, ReturnType<typeof setTimeout>>();
  #loaded: SessionList = { sessions: [], hasMore: false };
  /** How often the list was asked for: only the latest reply counts. */
  #asked = 0;

  /** @param deleted tells those who may show a session that it is gone */
  constructor(private readonly deleted: () => void) {
    // What was to be deleted in a moment is deleted now, as there will be no later.
    window.addEventListener('pagehide', () => {
      for (const id of this.#deleting.keys()) void this.#delete(id);
    });
  }

  /** Asks the service again; keeps as much of the list as was shown. Quiet about failures: the list just stays as it is. */
  async refresh(): Promise<void> {
    const asked = ++this.#asked;
    try {
      const page = await getSessions();
      if (asked !== this.#asked) return;
      const fresh = new Set(page.sessions.map((session) => session.session_id));
      const last = page.sessions.at(-1);
      const older = this.#loaded.sessions.filter(
        (session) => !fresh.has(session.session_id) && last !== undefined && session.updated_at < last.updated_at,
      );
      this.#show({
        sessions: [...page.sessions, ...(page.has_more ? older : [])],
        hasMore: older.length > 0 ? this.#loaded.hasMore : page.has_more,
      });
    } catch {
      // The conversation itself reports a service that is away.
    }
  }

  async loadMore(limit?: number): Promise<void> {
    const before = this.#loaded.sessions.at(-1)?.session_id;
    const page = await getSessions({ before, limit });
    const known = new Set(this.#loaded.sessions.map((session) => session.session_id));
    const older = page.sessions.filter((session) => !known.has(session.session_id));
    this.#show({ sessions: [...this.#loaded.sessions, ...older], hasMore: page.has_more });
  }

  /** Loads on until this session is among them; quiet about failures, as its title is all that lacks then. */
  async reach(sessionId: string): Promise<void> {
    if (this.titleOf(sessionId) === undefined) await this.refresh();
    try {
      for (let pages = 0; pages < MOST_PAGES && this.#loaded.hasMore; pages++) {
        if (this.titleOf(sessionId) !== undefined) return;
        await this.loadMore(LARGEST_PAGE);
      }
    } catch {
      // As in `refresh`.
    }
  }

  titleOf(sessionId: string): string | undefined {
    return this.#loaded.sessions.find((session) => session.session_id === sessionId)?.title;
  }

  async rename(sessionId: string, title: string): Promise<void> {
    await renameSession(sessionId, title);
    await this.refresh();
  }

  /** Takes the session off the list; it is deleted after `graceMs`, unless {@link restore} comes first. */
  remove(sessionId: string, graceMs: number): void {
    this.#deleting.set(
      sessionId,
      setTimeout(() => void this.#delete(sessionId), graceMs),
    );
    this.#show(this.#loaded);
  }

  restore(sessionId: string): void {
    clearTimeout(this.#deleting.get(sessionId));
    this.#deleting.delete(sessionId);
    this.#show(this.#loaded);
  }

  async #delete(sessionId: string): Promise<void> {
    try {
      await deleteSession(sessionId);
      this.deleted();
    } catch {
      // It comes back with the next list, which is the truth.
    }
    this.#deleting.delete(sessionId);
    await this.refresh();
  }

  #show(loaded: SessionList): void {
    this.#loaded = loaded;
    this.list.set({
      ...loaded,
      sessions: loaded.sessions.filter((session) => !this.#deleting.has(session.session_id)),
    });
  }
}
