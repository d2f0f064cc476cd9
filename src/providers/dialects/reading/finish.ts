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

  /** @param unknown is told each reason that is not known */
  constructor(private readonly unknown: (reason: string) => void) {}

  /** The provider has surely ended; a broken connection changes nothing. */
  get settled(): boolean {
    return this.reason !== undefined && this.#proven;
  }

  /** The provider says more. */
  takeBack(): void {
    if (this.reason !== undefined) this.#takenBack = true;
    this.reason = undefined;
  }

  /**
   * Reads a chunk's `finish_reason`. A reason that says more than `stop` replaces it.
   * @param withContent the chunk says something, too
   */
  read(value: unknown, withContent: boolean): FinishWord | undefined {
    const word = readFinish(value);
    if (word === undefined || word === 'broken-off') return word;
    if (word === 'unknown' && typeof value === 'string') this.unknown(value);
    if (this.reason === undefined || this.reason === 'stop') this.reason = word === 'unknown' ? 'stop' : word;
    this.#proven = !(withContent && this.#takenBack);
    return word;
  }
}
