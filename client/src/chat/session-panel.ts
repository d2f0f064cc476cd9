import type { SessionSummary } from '../../../src/wire/message.js';
import { byId } from '../view/element.js';
import { Notice } from '../view/notice.js';
import { Sidebar } from '../view/sidebar.js';
import { failureText } from './failure-text.js';
import type { Sessions } from './sessions.js';

const UNDO_MS = 6_000;

export interface SessionPanelActions {
  /** Which session is shown. */
  current(): string;
  /** Opens a session; undefined: a new one. */
  go(sessionId: string | undefined): void;
  failed(text: string): void;
}

/** The sidebar at work: what its buttons do to the sessions. */
export class SessionPanel {
  readonly sidebar: Sidebar;
  readonly #toast = new Notice(byId('toast', HTMLElement));

  constructor(
    private readonly sessions: Sessions,
    private readonly actions: SessionPanelActions,
  ) {
    this.sidebar = new Sidebar({
      newChat: () => actions.go(undefined),
      loadMore: () => void this.#try(sessions.loadMore()),
      rename: (id, title) => void this.#try(sessions.rename(id, title)),
      remove: (session) => this.#remove(session),
    });
  }

  show(): void {
    this.sidebar.show(this.sessions.list.value, this.actions.current());
  }

  async #try(action: Promise<void>): Promise<void> {
    try {
      await action;
    } catch (error) {
      this.actions.failed(failureText(error));
      await this.sessions.refresh();
    }
  }

  #remove({ session_id: sessionId, title }: SessionSummary): void {
    const wasOpen = sessionId === this.actions.current();
    this.sessions.remove(sessionId, UNDO_MS);
    if (wasOpen) this.actions.go(undefined);
    this.#toast.undo(`Deleted “${title}”.`, UNDO_MS, () => {
      this.sessions.restore(sessionId);
      if (wasOpen) this.actions.go(sessionId);
    });
  }
}
