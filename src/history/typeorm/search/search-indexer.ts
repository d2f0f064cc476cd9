import type { HistoryDatabase } from '../history-database.js';

/** Long enough for many messages to come together; nobody waits for it. */
const DELAY_MS = 500;

/** Moves the queue into the index, in the background. What is left when the process ends, the next one moves. */
export class SearchIndexer {
  #scheduled = false;

  constructor(private readonly database: HistoryDatabase) {}

  /** There may be something in the queue. */
  wake(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setTimeout(() => void this.#run(), DELAY_MS).unref();
  }

  async #run(): Promise<void> {
    this.#scheduled = false;
    try {
      while (await this.database.write((manager) => this.database.search.catchUp(manager)));
    } catch {
      // The database doesn't answer or is closed: nothing is lost, and the next message comes back to it.
    }
  }
}
