import { Global, Injectable, Module } from '@nestjs/common';

/** The state of the process: starting, ready, draining, refusing. */
@Injectable()
export class Lifecycle {
  readonly #drain = new AbortController();
  #listening = false;
  #refusing = false;

  /** The process is about to end: not ready any more, but still serving. It stays so. */
  get draining(): boolean {
    return this.signal.aborted;
  }

  /** Aborts when draining starts. */
  get signal(): AbortSignal {
    return this.#drain.signal;
  }

  /** Listening, and not draining. */
  get ready(): boolean {
    return this.#listening && !this.draining;
  }

  /** Call it once the server listens. */
  markReady(): void {
    this.#listening = true;
  }

  /** Starts draining; a second call has no effect. */
  drain(): void {
    this.#drain.abort();
  }

  /** No new answers start any more. */
  get refusing(): boolean {
    return this.#refusing;
  }

  /** Load balancers have had their time to notice that this process drains. */
  refuse(): void {
    this.drain();
    this.#refusing = true;
  }
}

@Global()
@Module({ providers: [Lifecycle], exports: [Lifecycle] })
export class LifecycleModule {}
