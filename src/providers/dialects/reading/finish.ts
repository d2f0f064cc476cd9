import type { CompletionFinish } from '../../completion.js';
import { readFinish, type FinishWord } from './finish-reason.js';

/**
 * Whether a provider has ended its answer, and why. Some servers write a finish reason on every chunk, so content behind
 * one takes it back.
 */
export class Finish {
  /** Why the answer ended; undefined while it goes on. */
  reason: CompletionFinish | undefined;
  /** A finish reason in a chunk with content turned out to be none: it proves nothing any more. */
  #takenBack = false;
  #proven = false;
  #bare = false;

  /** @param unknown is told each reason that is not known */
  constructor(private readonly unknown: (reason: string) => void) {}

  /** The provider has surely ended; a broken connection changes nothing. */
  get settled(): boolean {
    return this.reason !== undefined && this.#proven;
  }

  /** Silence may be the end. Where reasons stand on every chunk it is only behind one that says nothing more. */
  get silenceEnds(): boolean {
    return this.reason !== undefined && (this.#bare || !this.#takenBack);
  }

  /** A chunk without content has come since the reason, or with it. */
  get apart(): boolean {
    return this.#bare;
  }

  /** The provider says more. */
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
