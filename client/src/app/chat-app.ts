import type { Phase } from '../chat/asker.js';
import { Conversation } from '../chat/conversation.js';
import { exportSession, type ExportFormat } from '../chat/export.js';
import { failureText, GONE } from '../chat/refusals.js';
import { Outbox } from '../chat/outbox.js';
import { Sessions } from '../chat/sessions.js';
import type { ShownAnswer } from '../chat/shown-messages.js';
import type { Refusal } from '../chat/conversation-host.js';
import type { Route } from '../state/route.js';
import { Announcer } from '../view/announcer.js';
import { Composer } from '../view/composer.js';
import { ContextNote } from '../view/context-note.js';
import { byId } from '../view/element.js';
import { quietErrors } from '../view/error-note.js';
import { setUpMenus } from '../view/menu.js';
import { MessageEntries } from '../view/message-entries.js';
import { Notice } from '../view/notice.js';
import { ScrollKeeper } from '../view/scroll-keeper.js';
import { setUpShortcuts } from '../view/shortcuts.js';
import { setUpThemeSwitch } from '../view/theme-switch.js';
import { Topbar } from '../view/topbar.js';
import { Transcript } from '../view/transcript.js';
import { Welcome } from '../view/welcome.js';
import { Navigation } from './navigation.js';
import { News } from './news.js';
import { Search } from './search.js';
import { SessionPanel } from './session-panel.js';
import { SettingsPanel } from './settings-panel.js';

const DELAYED = 'Rondo cannot be reached. What you asked is kept, and tried again.';

/**
 * The whole page. Its parts are made in this order: each is given only parts above it. What a part tells those below it
 * goes by callbacks, and none is called before {@link start}.
 */
export class ChatApp {
  readonly #news = new News();
  readonly #announcer = new Announcer(byId('announcer', HTMLElement));
  readonly #notice = new Notice(byId('notice', HTMLElement), () => this.#composer.focus());
  readonly #messages = byId('messages', HTMLElement);
  readonly #transcript = new Transcript(
    this.#messages,
    new ScrollKeeper(byId('conversation', HTMLElement), this.#messages),
    () => void this.#conversation.loadOlder(),
  );
  readonly #settings: SettingsPanel = new SettingsPanel(() => this.#conversation.sessionId, this.#announcer);
  readonly #conversation = new Conversation(this.#transcript, (actions) => new MessageEntries(actions), {
    settings: () => this.#settings.settings.read(),
    providers: () => this.#settings.providers,
    asking: () => this.#onAsking(),
    delayed: () => this.#notice.offer(DELAYED, 'Cancel', () => this.#conversation.stop()),
    refused: (refusal) => this.#onRefused(refusal),
    giveBack: (text, sessionId) => this.#outbox.giveBack(text, sessionId),
    loadFailed: (error) => this.#notice.error(failureText(error)),
    loaded: () => this.#notice.clear(),
    started: () => this.#onStarted(),
    ended: (answer) => this.#onEnded(answer),
    gone: (why, texts) => this.#onGone(why, texts),
    reading: (current) => this.#context.show(current),
  });
  readonly #context = new ContextNote(
    () => this.#conversation.showCurrent(),
    () => this.#composer.focus(),
  );
  readonly #composer = new Composer({
    send: (text) => this.#outbox.send(text),
    stop: () => this.#conversation.stop(),
    recall: () => this.#conversation.questions,
    typed: () => this.#outbox.keep(),
    tooEarly: () => this.#announcer.say('One question at a time. Escape stops the one before.'),
  });
  readonly #outbox = new Outbox(this.#conversation, this.#composer, this.#notice);
  readonly #welcome = new Welcome((question) => this.#outbox.send(question));
  readonly #sessions = new Sessions(() => this.#news.tell());
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

  start(): void {
    this.#conversation.asker.phase.watch((phase) => this.#onPhase(phase));
    this.#conversation.asker.connection.watch((connection) => (this.#topbar.connection = connection));
    this.#sessions.list.watch(() => this.#showSessions());
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
    window.addEventListener('pagehide', () => this.#sessions.deleteNow());
    this.#news.watch(() => void Promise.all([this.#sessions.refresh(), this.#conversation.refresh()]));
    void this.#sessions.refresh();
    this.#navigation.start();
    void this.#settings.loadProviders();
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
    this.#settings.show();
    this.#showSessions();
    if (!(await opened)) return;
    const { isEmpty } = this.#conversation;
    this.#welcome.visible = isEmpty;
    // An address may lead to a session far down the list, or to none.
    if (!isEmpty) void this.#sessions.reach(sessionId);
  }

  #onAsking(): void {
    this.#notice.clear();
    quietErrors(this.#messages);
    this.#welcome.visible = false;
    this.#composer.focus();
  }

  #onStarted(): void {
    this.#notice.clear();
    this.#outbox.keep();
    this.#navigation.started(this.#conversation.sessionId);
    this.#changed();
  }

  #onRefused(refusal: Refusal): void {
    this.#outbox.refused(refusal);
    this.#welcome.visible = this.#conversation.isEmpty;
  }

  /** The id of a session that is gone is not used again. */
  #onGone(why: keyof typeof GONE, texts: readonly string[]): void {
    const { sessionId } = this.#conversation;
    const isLeft = !this.#navigation.isAt(sessionId);
    this.#outbox.carry(texts, () => this.#navigation.leave(sessionId));
    if (!isLeft) this.#notice.error(GONE[why]);
  }

  #onPhase(phase: Phase): void {
    this.#composer.mode = phase === 'idle' ? 'ready' : phase;
    this.#messages.classList.toggle('busy', phase !== 'idle');
    this.#announcer.sayPhase(phase);
  }

  #onEnded({ state }: ShownAnswer): void {
    this.#announcer.sayEnd(state);
    this.#changed();
  }

  #changed(): void {
    void this.#sessions.refresh();
    this.#news.tell();
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
