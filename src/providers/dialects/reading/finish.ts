import type { CompletionFinish } from '../../completion.js';
import { readFinish, type FinishWord } from './finish-reason.js';

/**
 * Whether a provider has ended its answer, and why. Some servers write a finish reason on every chunk, so later content
 * revokes it.
 */
export class Finish {
  /** Why the answer ended; undefined while it continues. */
  reason: CompletionFinish | undefined;
  /** A finish reason beside content was followed by more content: such a reason no longer proves anything. */
  #takenBack = false;
  #proven = false;
  #bare = false;

  /** @param unknown called with each reason that is not known */
  constructor(private readonly unknown: (reason: string) => void) {}

  /** The provider has certainly ended; a broken connection changes nothing. */
  get certain(): boolean {
    return this.reason !== undefined && this.#proven;
  }

  /** Silence may be the end. Where every chunk has a reason, only one without content counts. */
  get silenceEnds(): boolean {
    return this.reason !== undefined && (this.#bare || !this.#takenBack);
  }

  /** A chunk without content has come since the reason, or with it. */
  get apart(): boolean {
    return this.#bare;
  }

  /** The provider says more: its finish reason was none. */
  takeBack(): void {
    if (this.reason !== undefined) this.#takenBack = true;
    this.reason = undefined;
    this.#bare = false;
  }

  /**
   * Reads a chunk's `finish_reason`. A reason that says more than `stop` replaces it.
   * @param withContent the chunk says something, too
   */
  read(value: unknown, withContent: boolean): FinishWord | undefined {
    const word = readFinish(value);
    if (!withContent) this.#bare = true;
    if (word === undefined || word === 'broken-off') return word;
    if (word === 'unknown' && typeof value === 'string') this.unknown(value);
    if (this.reason === undefined || this.reason === 'stop') this.reason = word === 'unknown' ? 'stop' : word;
    this.#proven = !(withContent && this.#takenBack);
    return word;
  }
}
