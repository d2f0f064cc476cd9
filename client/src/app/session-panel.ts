import type { SessionSummary } from '../../../src/wire/message.js';
import { byId } from '../view/element.js';
import { Notice } from '../view/notice.js';
import { Sidebar } from '../view/sidebar.js';
import { failureText } from '../chat/refusals.js';
import type { Sessions } from '../chat/sessions.js';

const UNDO_MS = 10_000;
/** How often it is asked whether the answers of sessions that are not shown have ended. */
const WATCH_MS = 3_000;

export interface SessionPanelActions {
  /** Which session is shown. */
  current(): string;
  /** Opens a session; undefined: a new one. */
  go(sessionId: string | undefined): void;
  failed(text: string): void;
  say(text: string): void;
}

/** The sidebar at work: what its buttons do to the sessions. */
export class SessionPanel {
  readonly sidebar: Sidebar;
  readonly #toast = new Notice(byId('toast', HTMLElement), () => this.sidebar.focus(this.#removed));
  #removed = '';
  #watching: ReturnType<typeof setTimeout> | undefined;

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
    const list = this.sessions.list.value;
    const current = this.actions.current();
    this.sidebar.show(list, current);
    // The one that is shown tells by itself when it has ended.
    const hasOthers = list.sessions.some((one) => one.running_answer_id !== undefined && one.session_id !== current);
    if (hasOthers) this.#watching ??= setTimeout(() => void this.#lookAgain(), WATCH_MS);
  }

  async #lookAgain(): Promise<void> {
    // A tab that is shown again asks at once.
    if (!document.hidden) await this.sessions.refresh();
    this.#watching = undefined;
    this.show();
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
    this.#removed = sessionId;
    this.sessions.remove(sessionId, UNDO_MS);
    if (wasOpen) {
      // A new chat takes its place, and the drawer of a narrow window would cover it.
      this.sidebar.close();
      this.actions.go(undefined);
    }
    this.actions.say('The chat is deleted. There is a button to undo that.');
    this.#toast.undo(`Deleted “${title}”.`, UNDO_MS, () => {
      this.sessions.restore(sessionId);
      if (wasOpen) this.actions.go(sessionId);
    });
  }
}
