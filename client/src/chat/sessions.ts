import type { SessionSummary } from '../../../src/wire/message.js';
import { deleteSession, getSessions, renameSession, type SessionPage } from '../api/chat-api.js';
import { Observable } from '../state/observable.js';
import { ReplyOrder } from '../state/reply-order.js';

const PAGE = 50;
/** The service gives no more at once. */
const LARGEST_PAGE = 200;
/** How far the list is followed for the sake of one title. */
const MOST_PAGES = 10;

export interface SessionList {
  readonly sessions: readonly SessionSummary[];
  readonly hasMore: boolean;
}

/** The sessions of this user, as the service tells them, without those that are about to be deleted. */
export class Sessions {
  readonly list = new Observable<SessionList>({ sessions: [], hasMore: false });
  readonly #deleting = new Map<string, ReturnType<typeof setTimeout>>();
  readonly #order = new ReplyOrder();
  #loaded: SessionList = { sessions: [], hasMore: false };
  #loadingMore: Promise<void> | undefined;

  /** @param deleted tells those who may show a session that it is gone */
  constructor(private readonly deleted: () => void) {}

  /** Asks the service for what is listed. Quiet about failures: the list stays as it is. */
  async refresh(): Promise<void> {
    const isNews = this.#order.sent();
    const limit = Math.min(Math.max(this.#loaded.sessions.length, PAGE), LARGEST_PAGE);
    try {
      const page = await getSessions({ limit });
      if (isNews()) this.#show(renewed(this.#loaded, page));
    } catch {
      // The conversation itself reports a service that is away.
    }
  }

  /** Lists older sessions. Whoever calls it meanwhile waits for the same ones. */
  loadMore(limit = PAGE): Promise<void> {
    this.#loadingMore ??= this.#loadMore(limit).finally(() => (this.#loadingMore = undefined));
    return this.#loadingMore;
  }

  /** Loads on until this session is listed; quiet about failures, as only its title is missing then. */
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
    this.#change((session) => (session.session_id === sessionId ? { ...session, title } : session));
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

  /** Deletes at once what is to be deleted in a moment: the page is left. */
  deleteNow(): void {
    for (const id of this.#deleting.keys()) void this.#delete(id);
  }

  async #loadMore(limit: number): Promise<void> {
    for (;;) {
      const before = this.#end;
      const page = await getSessions({ before, limit });
      // Where the list ends elsewhere by now, this page does not follow it.
      if (before !== this.#end) continue;
      const known = new Set(this.#loaded.sessions.map((session) => session.session_id));
      const older = page.sessions.filter((session) => !known.has(session.session_id));
      return this.#show({ sessions: [...this.#loaded.sessions, ...older], hasMore: page.has_more });
    }
  }

  async #delete(sessionId: string): Promise<void> {
    try {
      await deleteSession(sessionId);
      this.#change((session) => (session.session_id === sessionId ? [] : session));
      this.deleted();
    } catch {
      // It comes back with the next list, which is the truth.
    }
    this.#deleting.delete(sessionId);
    await this.refresh();
  }

  get #end(): string | undefined {
    return this.#loaded.sessions.at(-1)?.session_id;
  }

  /** A change that the service has made: a list that was asked for before may not have it. */
  #change(change: (session: SessionSummary) => SessionSummary | []): void {
    this.#order.outdate();
    this.#show({ ...this.#loaded, sessions: this.#loaded.sessions.flatMap(change) });
  }

  #show(loaded: SessionList): void {
    this.#loaded = loaded;
    this.list.set({
      ...loaded,
      sessions: loaded.sessions.filter((session) => !this.#deleting.has(session.session_id)),
    });
  }
}

/** The first page anew, and behind it what was loaded before, if the two meet: in a session that has not changed. */
function renewed(before: SessionList, { sessions, has_more: hasMore }: SessionPage): SessionList {
  if (!hasMore) return { sessions, hasMore };
  const fresh = new Map(sessions.map((session) => [session.session_id, session.updated_at]));
  const meeting = before.sessions.findLastIndex(({ session_id, updated_at }) => fresh.get(session_id) === updated_at);
  const older = before.sessions.slice(meeting + 1).filter(({ session_id }) => meeting >= 0 && !fresh.has(session_id));
  return { sessions: [...sessions, ...older], hasMore: older.length > 0 ? before.hasMore : hasMore };
}
