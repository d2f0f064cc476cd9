import { Injectable } from '@nestjs/common';

/** Where the process is in its life: starting, ready, draining, refusing. */
@Injectable()
export class Draining {
  readonly #begun = new AbortController();
  #listening = false;
  #refusing = false;

  /** The process is on its way out: not ready any more, but still serving. Never turns back. */
  get draining(): boolean {
    return this.signal.aborted;
  }

  /** Aborts when draining begins. */
  get signal(): AbortSignal {
    return this.#begun.signal;
  }

  /** Listening, and not draining. */
  get ready(): boolean {
    return this.#listening && !this.draining;
  }

  /** To be called once the server listens. */
  markReady(): void {
    this.#listening = true;
  }

  /** Begins draining; calling it again does nothing. */
  begin(): void {
    this.#begun.abort();
  }

  /** No new answers are begun any more. */
  get refusing(): boolean {
    return this.#refusing;
  }

  /** The time in which others were to notice that this process is draining is over. */
  refuse(): void {
    this.begin();
    this.#refusing = true;
  }
}
