import type { Connection } from '../stream/answer-stream.js';
import type { ExportFormat } from '../chat/export.js';
import { byId } from './element.js';
import { Menu } from './menu.js';

/** What is said where this is shown. */
const SPOKEN: Readonly<Record<string, string>> = {
  Offline: 'You are offline.',
  'Reconnecting…': 'Trying to reconnect.',
};

/** The title of the session shown, what can be done with it, and whether the service is within reach. */
export class Topbar {
  readonly #title = byId('session-title', HTMLElement);
  readonly #export = byId('export', HTMLButtonElement);
  readonly #menu = new Menu(this.#export, byId('export-panel', HTMLElement));
  readonly #status = byId('connection', HTMLElement);
  #connection: Connection = 'connected';

  /** @param say tells people who do not see the page */
  constructor(
    onExport: (format: ExportFormat) => void,
    private readonly say: (text: string) => void,
  ) {
    for (const change of ['online', 'offline']) window.addEventListener(change, () => this.#showStatus());
    for (const [id, format] of [
      ['export-markdown', 'markdown'],
      ['export-json', 'json'],
    ] as const) {
      byId(id, HTMLButtonElement).addEventListener('click', () => {
        this.#menu.leave();
        onExport(format);
      });
    }
  }

  /** Undefined: a session that is not stored yet, so there is nothing to export either. */
  set title(title: string | undefined) {
    this.#title.textContent = title ?? 'New chat';
    document.title = title === undefined ? 'Rondo' : `${title} · Rondo`;
    this.#export.hidden = title === undefined;
  }

  set connection(connection: Connection) {
    this.#connection = connection;
    this.#showStatus();
  }

  #showStatus(): void {
    const away = this.#connection === 'connected' ? '' : 'Reconnecting…';
    const text = navigator.onLine ? away : 'Offline';
    if (text === this.#status.textContent) return;
    this.#status.hidden = text === '';
    this.#status.textContent = text;
    this.say(SPOKEN[text] ?? 'Connected again.');
  }
}
