import type { Frame } from './frame.js';

export interface LogReader {
  next(frame: Frame): void;
  /** Nothing follows. */
  complete(): void;
}

/** The readers of a log. One that throws is removed and the others get the frame; then its fault ends the answer. */
export class LogReaders {
  readonly #readers = new Set<LogReader>();

  get size(): number {
    return this.#readers.size;
  }

  /** Returns a function that removes the reader. */
  add(reader: LogReader): () => void {
    this.#readers.add(reader);
    return () => this.#readers.delete(reader);
  }

  next(frame: Frame): void {
    this.#each((reader) => reader.next(frame));
  }

  /** Ends all of them. */
  complete(): void {
    try {
      this.#each((reader) => reader.complete());
    } finally {
      this.#readers.clear();
    }
  }

  #each(tell: (reader: LogReader) => void): void {
    const faults: unknown[] = [];
    for (const reader of this.#readers) {
      try {
        tell(reader);
      } catch (fault) {
        faults.push(fault);
        this.#letGo(reader);
      }
    }
    if (faults.length > 0) throw faults[0];
  }

  #letGo(reader: LogReader): void {
    this.#readers.delete(reader);
    try {
      reader.complete();
    } catch {
      // Its first fault is the one that is thrown.
    }
  }
}
