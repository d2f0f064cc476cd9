import type { SessionSummary } from '../../../src/wire/message.js';
import { ApiError } from '../api/api-error.js';
import { getProviders } from '../api/chat-api.js';
import { readDraft, writeDraft } from '../state/drafts.js';
import { currentUser, randomId, replaceUser } from '../state/identity.js';
import { sessionHash, sessionInHash } from '../state/route.js';
import { readSettings, writeSettings } from '../state/session-settings.js';
import { Announcer } from '../view/announcer.js';
import { Composer } from '../view/composer.js';
import { byId } from '../view/element.js';
import { Notice } from '../view/notice.js';
import { ScrollKeeper } from '../view/scroll-keeper.js';
import { SettingsDialog } from '../view/settings-dialog.js';
import { Sidebar } from '../view/sidebar.js';
import { Surroundings } from '../view/surroundings.js';
import type { AnswerEntry } from '../view/transcript-entry.js';
import { Transcript } from '../view/transcript.js';
import { Conversation, type Phase } from './conversation.js';
import { failureText, waitFor } from './failure-text.js';
import { Sessions } from './sessions.js';

const UNDO_MS = 6_000;

/** The whole page: the parts, and what each has to know of the others. */
export class ChatApp {
  readonly #userId = currentUser();
  readonly #sessions = new Sessions(this.#userId);
  readonly #announcer = new Announcer(byId('announcer', HTMLElement));
  readonly #notice = new Notice(byId('notice', HTMLElement));
  readonly #scroll = new ScrollKeeper(byId('conversation', HTMLElement), byId('messages', HTMLElement));
  readonly #transcript: Transcript;
  readonly #conversation: Conversation;
  readonly #composer: Composer;
  readonly #sidebar: Sidebar;
  readonly #surroundings: Surroundings;

  constructor() {
    this.#transcript = new Transcript(byId('messages', HTMLElement), this.#scroll, () => {
      void this.#conversation.loadOlder();
    });
    this.#conversation = new Conversation(this.#userId, this.#transcript, {
      settings: () => readSettings(this.#conversation.sessionId),
      refused: (text, error) => this.#onRefused(text, error),
      loadFailed: (error) => this.#notice.error(failureText(error)),
      begun: () => this.#onBegun(),
      ended: (entry) => this.#onEnded(entry),
    });
    this.#composer = new Composer({
      send: (text) => this.#send(text),
      stop: () => this.#conversation.stop(),
      recall: () => this.#conversation.questions,
      typed: (text) => writeDraft(this.#conversation.sessionId, text),
    });
    this.#sidebar = new Sidebar({
      newChat: () => this.#go(undefined),
      loadMore: () => void this.#sessions.loadMore().catch((error: unknown) => this.#notice.error(failureText(error))),
      rename: (id, title) => void this.#rename(id, title),
      remove: (session) => this.#remove(session),
    });
    this.#surroundings = new Surroundings({
      userId: this.#userId,
      sessionId: () => this.#conversation.sessionId,
      composer: this.#composer,
      scroll: this.#scroll,
      transcript: this.#transcript,
      stop: () => this.#conversation.stop(),
      failed: (error) => this.#notice.error(failureText(error)),
    });
  }

  start(): void {
    this.#conversation.phase.watch((phase) => this.#onPhase(phase));
    this.#conversation.connection.watch((connection) => this.#surroundings.showConnection(connection));
    this.#sessions.list.watch(() => this.#showSessions());
    this.#setUpSettings();
    window.addEventListener('hashchange', () => void this.#openFromAddress());
    document.addEventListener('visibilitychange', () => {
      if (document.hidden) return;
      void this.#sessions.refresh();
      void this.#conversation.refresh();
    });
    void this.#sessions.refresh();
    void this.#openFromAddress();
  }

  #setUpSettings(): void {
    const settings = new SettingsDialog(
      {
        read: () => readSettings(this.#conversation.sessionId),
        write: (changed) => {
          writeSettings(this.#conversation.sessionId, changed);
          this.#surroundings.showSettings();
        },
        replaceUser: (id) => {
          if (!replaceUser(id)) return false;
          location.replace('/');
          return true;
        },
      },
      this.#userId,
      this.#announcer,
    );
    getProviders().then(
      (providers) => {
        settings.providers = providers;
        this.#surroundings.showProviders(providers);
      },
      () => undefined,
    );
  }

  /** Another session, by its address; undefined: a new one, which gets its address with its first question. */
  #go(sessionId: string | undefined): void {
    if (sessionId !== undefined) location.hash = sessionHash(sessionId);
    else if (location.hash === '' || location.hash === '#/') void this.#openFromAddress();
    else location.hash = '#/';
  }

  async #openFromAddress(): Promise<void> {
    const named = sessionInHash(location.hash);
    if (named !== undefined && named === this.#conversation.sessionId) return;
    const sessionId = named ?? randomId();
    this.#notice.clear();
    const opened = this.#conversation.open(sessionId, named === undefined);
    this.#composer.text = readDraft(sessionId);
    this.#composer.focus();
    this.#showSessions();
    await opened;
    this.#surroundings.showEmpty(this.#conversation.isEmpty);
  }

  #send(text: string): void {
    this.#notice.clear();
    this.#composer.text = '';
    void this.#conversation.send(text);
    this.#surroundings.showEmpty(false);
  }

  #onBegun(): void {
    const { sessionId } = this.#conversation;
    writeDraft(sessionId, '');
    if (sessionInHash(location.hash) !== sessionId) history.pushState(undefined, '', sessionHash(sessionId));
    void this.#sessions.refresh();
  }

  #onRefused(text: string, error: unknown): void {
    // What was typed meanwhile is not lost either.
    this.#composer.text = this.#composer.text === '' ? text : `${text}\n\n${this.#composer.text}`;
    writeDraft(this.#conversation.sessionId, this.#composer.text);
    this.#surroundings.showEmpty(this.#conversation.isEmpty);
    const ms = waitFor(error);
    if (ms === undefined) this.#notice.error(failureText(error));
    else this.#notice.countdown(failureText(error), ms, () => this.#resend());
  }

  #resend(): void {
    if (this.#composer.text.trim() !== '') this.#send(this.#composer.text);
  }

  #onPhase(phase: Phase): void {
    this.#composer.mode = phase === 'idle' ? 'ready' : phase;
    if (phase === 'running') this.#announcer.say('Answering…');
    if (phase === 'stopping') this.#announcer.say('Stopping…');
  }

  #onEnded(entry: AnswerEntry): void {
    const { error, finishReason, text } = entry.state;
    if (error) this.#announcer.say('');
    else if (finishReason === 'stop') this.#announcer.sayAnswer(text);
    else this.#announcer.say(finishReason === 'stopped' ? 'Answer stopped.' : 'The answer ended early.');
    void this.#sessions.refresh();
  }

  #showSessions(): void {
    const { sessionId } = this.#conversation;
    this.#sidebar.show(this.#sessions.list.value, sessionId);
    this.#surroundings.showTitle(this.#sessions.titleOf(sessionId));
  }

  async #rename(sessionId: string, title: string): Promise<void> {
    try {
      await this.#sessions.rename(sessionId, title);
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) await this.#sessions.refresh();
      this.#notice.error(failureText(error));
    }
  }

  #remove({ session_id: sessionId, title }: SessionSummary): void {
    this.#sessions.remove(sessionId, UNDO_MS);
    const wasOpen = sessionId === this.#conversation.sessionId;
    if (wasOpen) this.#go(undefined);
    this.#notice.undo(`Deleted “${title}”.`, () => {
      this.#sessions.restore(sessionId);
      if (wasOpen) this.#go(sessionId);
    });
    setTimeout(() => this.#notice.clearUndo(), UNDO_MS);
  }
}
