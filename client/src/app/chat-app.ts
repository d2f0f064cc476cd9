import { getProviders, type ProviderInfo } from '../api/chat-api.js';
import { takeNewSessionId } from '../state/new-session.js';
import { addressOf, routeOf, type Route } from '../state/route.js';
import { SessionSettings } from '../state/session-settings.js';
import { OtherTabs } from '../stream/other-tabs.js';
import type { AnswerEntry } from '../view/answer-entry.js';
import { Announcer } from '../view/announcer.js';
import { Composer } from '../view/composer.js';
import { ContextNote } from '../view/context-note.js';
import { byId } from '../view/element.js';
import { quietErrors } from '../view/error-note.js';
import { setUpJumpButton } from '../view/jump-button.js';
import { setUpMenus } from '../view/menu.js';
import { Notice } from '../view/notice.js';
import { ProviderPicker } from '../view/provider-picker.js';
import { ScrollKeeper } from '../view/scroll-keeper.js';
import { SettingsDialog } from '../view/settings-dialog.js';
import { setUpShortcuts } from '../view/shortcuts.js';
import { setUpThemeSwitch } from '../view/theme-switch.js';
import { Topbar } from '../view/topbar.js';
import { Transcript } from '../view/transcript.js';
import { Welcome } from '../view/welcome.js';
import type { Phase } from '../chat/asker.js';
import { Conversation } from '../chat/conversation.js';
import { exportSession, type ExportFormat } from '../chat/export.js';
import { failureText, GONE } from '../chat/failure-text.js';
import { Navigation } from './navigation.js';
import { Outbox } from '../chat/outbox.js';
import { Search } from './search.js';
import { SessionPanel } from './session-panel.js';
import { Sessions } from '../chat/sessions.js';
import { sayEnd, sayPhase } from './spoken.js';
import type { Refusal } from '../chat/turns.js';

const DELAYED = 'Rondo cannot be reached. What you asked is kept, and tried again.';

/** The whole page: its parts, and what each has to know of the others. */
export class ChatApp {
  readonly #sessions = new Sessions(() => this.#otherTabs.tell());
  readonly #announcer = new Announcer(byId('announcer', HTMLElement));
  readonly #notice = new Notice(byId('notice', HTMLElement), () => this.#composer.focus());
  readonly #context = new ContextNote(() => this.#composer.focus());
  readonly #scroll = new ScrollKeeper(byId('conversation', HTMLElement), byId('messages', HTMLElement));
  readonly #messages = byId('messages', HTMLElement);
  readonly #transcript = new Transcript(this.#messages, this.#scroll, () => void this.#conversation.loadOlder());
  readonly #conversation = new Conversation(this.#transcript, {
    settings: () => this.#settings.read(),
    providers: () => this.#providers.map(({ name }) => name),
    asking: () => this.#onAsking(),
    delayed: () => this.#notice.offer(DELAYED, 'Cancel', () => this.#conversation.stop()),
    refused: (refusal) => this.#onRefused(refusal),
    giveBack: (text) => this.#outbox.giveBack(text),
    loadFailed: (error) => this.#notice.error(failureText(error)),
    loaded: () => this.#notice.clear(),
    begun: () => this.#onBegun(),
    ended: (entry) => this.#onEnded(entry),
    gone: (why, texts) => this.#onGone(why, texts),
    reading: (current, show) => this.#context.show(current, show),
  });
  readonly #composer = new Composer({
    send: (text) => this.#outbox.send(text),
    stop: () => this.#conversation.stop(),
    recall: () => this.#conversation.questions,
    typed: () => this.#outbox.keep(),
    tooEarly: () => this.#announcer.say('One question at a time. Escape stops the one before.'),
  });
  readonly #outbox = new Outbox(this.#conversation, this.#composer, this.#notice);
  readonly #panel = new SessionPanel(this.#sessions, {
    current: () => this.#conversation.sessionId,
    go: (sessionId) => this.#go(sessionId),
    failed: (text) => this.#notice.error(text),
    say: (text) => this.#announcer.say(text),
  });
  readonly #search = new Search(
    (text) => this.#announcer.say(text),
    () => this.#panel.sidebar.close(),
  );
  readonly #topbar = new Topbar(
    (format) => void this.#export(format),
    (text) => this.#announcer.say(text),
  );
  readonly #navigation = new Navigation((route, isNew) => void this.#arrive(route, isNew));
  readonly #otherTabs = new OtherTabs(() => void this.#refresh());
  #providers: readonly ProviderInfo[] = [];
  readonly #welcome = new Welcome((question) => this.#outbox.send(question));
  readonly #settings: SessionSettings = new SessionSettings(
    () => this.#conversation.sessionId,
    () => this.#picker.show(),
  );
  readonly #settingsDialog = new SettingsDialog(this.#settings, this.#announcer);
  readonly #picker = new ProviderPicker(this.#settings);

  start(): void {
    this.#conversation.asker.phase.watch((phase) => this.#onPhase(phase));
    this.#conversation.asker.connection.watch((connection) => (this.#topbar.connection = connection));
    this.#sessions.list.watch(() => this.#showSessions());
    setUpJumpButton(this.#scroll, this.#transcript);
    setUpMenus();
    setUpThemeSwitch();
    setUpShortcuts({
      stop: () => this.#conversation.stop(),
      focusMessage: () => this.#composer.focus(),
      newChat: () => this.#go(undefined),
      search: () => {
        this.#panel.sidebar.open();
        this.#search.box.focus();
      },
      escape: () => this.#panel.sidebar.close(),
    });
    window.addEventListener('focus', () => void this.#refresh());
    document.addEventListener('visibilitychange', () => {
      if (!document.hidden) void this.#refresh();
    });
    void this.#sessions.refresh();
    this.#navigation.start();
    void this.#loadProviders();
  }

  /** Another tab, or another device, may have been used meanwhile. */
  async #refresh(): Promise<void> {
    await Promise.all([this.#sessions.refresh(), this.#conversation.refresh()]);
  }

  async #loadProviders(): Promise<void> {
    try {
      this.#providers = await getProviders();
      this.#settingsDialog.providers = this.#providers;
      this.#picker.providers = this.#providers;
    } catch {
      // Without the list the providers take turns, as they do anyway.
    }
  }

  #go(sessionId: string | undefined): void {
    if (!this.#navigation.go(sessionId)) this.#composer.focus();
  }

  async #arrive({ sessionId, messageId }: Route, isNew: boolean): Promise<void> {
    if (sessionId !== this.#conversation.sessionId) await this.#open(sessionId, isNew);
    if (messageId === undefined || sessionId !== this.#conversation.sessionId) return;
    const isThere = await this.#conversation.goTo(messageId, this.#search.box.text);
    if (!isThere) this.#notice.error('This message is not there any more.');
  }

  async #open(sessionId: string, isNew: boolean): Promise<void> {
    this.#notice.clear();
    this.#announcer.say('');
    this.#welcome.visible = isNew;
    const opened = this.#conversation.open(sessionId, isNew);
    this.#outbox.restore();
    this.#composer.focus();
    this.#picker.show();
    this.#showSessions();
    await opened;
    const { isEmpty } = this.#conversation;
    this.#welcome.visible = isEmpty;
    // An address may lead to a session far down the list, or to none.
    if (!isEmpty) void this.#sessions.reach(this.#conversation.sessionId);
  }

  #onAsking(): void {
    this.#notice.clear();
    quietErrors(this.#messages);
    this.#welcome.visible = false;
    this.#composer.focus();
  }

  #onBegun(): void {
    const { sessionId } = this.#conversation;
    this.#notice.clear();
    this.#outbox.keep();
    if (routeOf(location.hash)?.sessionId !== sessionId) {
      takeNewSessionId();
      history.pushState(undefined, '', addressOf({ sessionId }));
    }
    this.#changed();
  }

  #onRefused(refusal: Refusal): void {
    this.#outbox.refused(refusal);
    this.#welcome.visible = this.#conversation.isEmpty;
  }

  /** The id of a session that is gone is not used again. */
  #onGone(why: keyof typeof GONE, texts: readonly string[]): void {
    this.#outbox.carry(texts, () => this.#go(undefined));
    this.#notice.error(GONE[why]);
  }

  #onPhase(phase: Phase): void {
    this.#composer.mode = phase === 'idle' ? 'ready' : phase;
    this.#messages.classList.toggle('busy', phase !== 'idle');
    sayPhase(this.#announcer, phase);
  }

  #onEnded({ state }: AnswerEntry): void {
    sayEnd(this.#announcer, state);
    this.#changed();
  }

  #changed(): void {
    void this.#sessions.refresh();
    this.#otherTabs.tell();
  }

  #showSessions(): void {
    this.#panel.show();
    this.#topbar.title = this.#sessions.titleOf(this.#conversation.sessionId);
  }

  async #export(format: ExportFormat): Promise<void> {
    const { sessionId } = this.#conversation;
    try {
      await exportSession(sessionId, this.#sessions.titleOf(sessionId) ?? 'Chat', format);
    } catch (error) {
      this.#notice.error(failureText(error));
    }
  }
}
