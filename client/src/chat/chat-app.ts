import { getProviders, type QuestionSettings } from '../api/chat-api.js';
import { readDraft, writeDraft } from '../state/drafts.js';
import { currentUser } from '../state/identity.js';
import { newSessionId, takeNewSessionId } from '../state/new-session.js';
import { sessionHash, sessionInHash } from '../state/route.js';
import { readSettings, writeSettings } from '../state/session-settings.js';
import { Announcer } from '../view/announcer.js';
import { Composer } from '../view/composer.js';
import { byId } from '../view/element.js';
import { setUpJumpButton } from '../view/jump-button.js';
import { setUpMenus } from '../view/menus.js';
import { Notice } from '../view/notice.js';
import { ProviderPicker } from '../view/provider-picker.js';
import { ScrollKeeper } from '../view/scroll-keeper.js';
import { SettingsDialog } from '../view/settings-dialog.js';
import { setUpShortcuts } from '../view/shortcuts.js';
import { setUpThemeSwitch } from '../view/theme-switch.js';
import { Topbar } from '../view/topbar.js';
import type { AnswerEntry } from '../view/transcript-entry.js';
import { Transcript } from '../view/transcript.js';
import { Welcome } from '../view/welcome.js';
import { Conversation, type Phase } from './conversation.js';
import { exportSession, type ExportFormat } from './export.js';
import { failureText, waitFor } from './failure-text.js';
import { SessionPanel } from './session-panel.js';
import { Sessions } from './sessions.js';

/** The whole page: its parts, and what each has to know of the others. */
export class ChatApp {
  readonly #userId = currentUser();
  readonly #sessions = new Sessions(this.#userId);
  readonly #announcer = new Announcer(byId('announcer', HTMLElement));
  readonly #notice = new Notice(byId('notice', HTMLElement));
  readonly #scroll = new ScrollKeeper(byId('conversation', HTMLElement), byId('messages', HTMLElement));
  readonly #transcript = new Transcript(byId('messages', HTMLElement), this.#scroll, () => {
    void this.#conversation.loadOlder();
  });
  readonly #conversation = new Conversation(this.#userId, this.#transcript, {
    settings: () => this.#readSettings(),
    refused: (text, error) => this.#onRefused(text, error),
    loadFailed: (error) => this.#notice.error(failureText(error)),
    begun: () => this.#onBegun(),
    ended: (entry) => this.#onEnded(entry),
  });
  readonly #composer = new Composer({
    send: (text) => this.#send(text),
    stop: () => this.#conversation.stop(),
    recall: () => this.#conversation.questions,
    typed: (text) => writeDraft(this.#conversation.sessionId, text),
  });
  readonly #panel = new SessionPanel(this.#sessions, {
    current: () => this.#conversation.sessionId,
    go: (sessionId) => this.#go(sessionId),
    failed: (text) => this.#notice.error(text),
  });
  readonly #topbar = new Topbar((format) => void this.#export(format));
  readonly #welcome = new Welcome((question) => this.#send(question));
  readonly #settings = new SettingsDialog(
    () => this.#readSettings(),
    (settings) => this.#writeSettings(settings),
    this.#userId,
    this.#announcer,
  );
  readonly #picker = new ProviderPicker(
    () => this.#readSettings(),
    (settings) => this.#writeSettings(settings),
  );

  start(): void {
    this.#conversation.phase.watch((phase) => this.#onPhase(phase));
    this.#conversation.connection.watch((connection) => (this.#topbar.connection = connection));
    this.#sessions.list.watch(() => this.#showSessions());
    setUpJumpButton(this.#scroll, this.#transcript);
    setUpMenus();
    setUpThemeSwitch();
    setUpShortcuts({
      stop: () => this.#conversation.stop(),
      focusMessage: () => this.#composer.focus(),
      newChat: () => this.#go(undefined),
      escape: () => this.#panel.sidebar.close(),
    });
    window.addEventListener('hashchange', () => void this.#openFromAddress());
    document.addEventListener('visibilitychange', () => {
      if (!document.hidden) void this.#refresh();
    });
    void this.#sessions.refresh();
    void this.#openFromAddress();
    void this.#loadProviders();
  }

  /** Another tab, or another device, may have been used meanwhile. */
  async #refresh(): Promise<void> {
    await Promise.all([this.#sessions.refresh(), this.#conversation.refresh()]);
  }

  async #loadProviders(): Promise<void> {
    try {
      const providers = await getProviders();
      this.#settings.providers = providers;
      this.#picker.providers = providers;
    } catch {
      // Without the list the providers take turns, as they do anyway.
    }
  }

  #readSettings(): QuestionSettings {
    return readSettings(this.#conversation.sessionId);
  }

  #writeSettings(settings: QuestionSettings): void {
    writeSettings(this.#conversation.sessionId, settings);
    this.#picker.show();
  }

  /** Another session, by its address; undefined: a new one, which gets its address with its first question. */
  #go(sessionId: string | undefined): void {
    if (sessionId !== undefined) location.hash = sessionHash(sessionId);
    else if (sessionInHash(location.hash) !== undefined) location.hash = '#/';
    else this.#composer.focus();
  }

  async #openFromAddress(): Promise<void> {
    const named = sessionInHash(location.hash);
    const sessionId = named ?? newSessionId();
    if (sessionId === this.#conversation.sessionId) return;
    this.#notice.clear();
    this.#welcome.visible = named === undefined;
    const opened = this.#conversation.open(sessionId, named === undefined);
    this.#composer.text = readDraft(sessionId);
    this.#composer.focus();
    this.#picker.show();
    this.#showSessions();
    await opened;
    this.#welcome.visible = this.#conversation.isEmpty;
  }

  #send(text: string): void {
    this.#notice.clear();
    this.#composer.text = '';
    this.#welcome.visible = false;
    void this.#conversation.send(text);
  }

  #onBegun(): void {
    const { sessionId } = this.#conversation;
    writeDraft(sessionId, this.#composer.text);
    if (sessionInHash(location.hash) !== sessionId) {
      takeNewSessionId();
      history.pushState(undefined, '', sessionHash(sessionId));
    }
    void this.#sessions.refresh();
  }

  #onRefused(text: string, error: unknown): void {
    // What was typed meanwhile is not lost either.
    this.#composer.text = this.#composer.text === '' ? text : `${text}\n\n${this.#composer.text}`;
    writeDraft(this.#conversation.sessionId, this.#composer.text);
    this.#welcome.visible = this.#conversation.isEmpty;
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

  #onEnded({ state: { error, finishReason, text } }: AnswerEntry): void {
    if (error) this.#announcer.say('');
    else if (finishReason === 'stop') this.#announcer.sayAnswer(text);
    else this.#announcer.say(finishReason === 'stopped' ? 'Answer stopped.' : 'The answer ended early.');
    void this.#sessions.refresh();
  }

  #showSessions(): void {
    this.#panel.show();
    this.#topbar.title = this.#sessions.titleOf(this.#conversation.sessionId);
  }

  async #export(format: ExportFormat): Promise<void> {
    const { sessionId } = this.#conversation;
    try {
      await exportSession(this.#userId, sessionId, this.#sessions.titleOf(sessionId) ?? 'Chat', format);
    } catch (error) {
      this.#notice.error(failureText(error));
    }
  }
}
