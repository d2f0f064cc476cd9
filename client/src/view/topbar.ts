import type { Connection } from '../stream/answer-stream.js';
import type { ExportFormat } from '../chat/export.js';
import { byId } from './element.js';

/** The title of the session shown, what can be done with it, and whether the service is within reach. */
export class Topbar {
  readonly #title = byId('session-title', HTMLElement);
  readonly #export = byId('export-menu', HTMLDetailsElement);
  readonly #connection = byId('connection', HTMLElement);

  constructor(onExport: (format: ExportFormat) => void) {
    for (const [id, format] of [
      ['export-markdown', 'markdown'],
      ['export-json', 'json'],
    ] as const) {
      byId(id, HTMLButtonElement).addEventListener('click', () => {
        this.#export.open = false;
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
    this.#connection.hidden = connection === 'connected';
  }
}
