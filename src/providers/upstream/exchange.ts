import type { IncomingHttpHeaders } from 'node:http';
import type { Socket } from 'node:net';
import type { Dispatcher } from 'undici';
import type { ClocksConfig } from '../../config/app-config.js';
import { Arrivals } from './arrivals.js';
import type { FrameTicker } from './frame-ticker.js';
import { networkFailure, timedOut, type ExchangePhase } from './network-failure.js';

export interface Timing extends ClocksConfig {
  frames: FrameTicker;
}

export interface ResponseHead {
  status: number;
  headers: IncomingHttpHeaders;
}

/** Backpressure: with so many unread bytes the socket is paused. */
const HIGH_WATER_BYTES = 1024 * 1024;
/** Any byte resets the idle clock; a response that says nothing for so many idle periods still times out. */
const GAP_IDLE_PERIODS = 3;
/** How long a response may take to end after its last event, so that its connection can be reused. */
const DRAIN_MS = 1_000;
const DRAIN_BYTES = 64 * 1024;

/**
 * One request and its response on undici's lowest level, under the three clocks of an attempt: until connected, until the
 * provider {@link spoke}, and between bytes from then on. Whatever ends it (abort, clock, network) closes the socket at
 * once, and no timer or listener outlives it.
 */
export class Exchange implements Dispatcher.DispatchHandler {
  readonly head: Promise<ResponseHead>;
  #headReady: PromiseWithResolvers<ResponseHead>;
  #phase: ExchangePhase = 'connecting';
  #controller: Dispatcher.DispatchController | undefined;
  #connecting: Socket | undefined;
  readonly #arrivals: Arrivals;
  #over = false;
  /** How many bytes are still read after the reader is done; undefined while there is a reader. */
  #drainLeft: number | undefined;
  #connectTimer: NodeJS.Timeout | undefined;
  #firstTokenTimer: NodeJS.Timeout | undefined;
  #idleTimer: NodeJS.Timeout | undefined;
  #gapTimer: NodeJS.Timeout | undefined;
  #endTimer: NodeJS.Timeout | undefined;
  #endsWithinMs = Infinity;

  constructor(
    private readonly clocks: Timing,
    private readonly signal: AbortSignal,
  ) {
    this.#arrivals = new Arrivals(clocks.frames, () => this.#onTaken());
    this.#headReady = Promise.withResolvers();
    this.head = this.#headReady.promise;
    signal.addEventListener('abort', this.#onAbort, { once: true });
    this.#connectTimer = setTimeout(() => this.#timeout('no connection', clocks.connectMs), clocks.connectMs);
    this.#firstTokenTimer = setTimeout(() => this.#timeout('no token', clocks.firstTokenMs), clocks.firstTokenMs);
  }

  /** The socket that is being opened for this exchange; aborting closes it too. */
  connectsBy(socket: Socket): void {
    if (this.#phase === 'connecting') this.#connecting = socket;
  }

  /** The provider said something: from now on silence is measured. Comments and usage interrupt it for a while only. */
  spoke(): void {
    if (this.#over) return;
    if (this.#gapTimer !== undefined) {
      this.#gapTimer.refresh();
      return;
    }
    this.#clearTimers();
    this.#arrivals.pace();
    const { idleMs } = this.clocks;
    this.#idleTimer = setTimeout(() => this.#onIdle(), idleMs);
    this.#gapTimer = setTimeout(() => this.#onGap(), GAP_IDLE_PERIODS * idleMs);
  }

  /** Everything may have been read: unless the provider speaks again, the response counts as ended after `ms`. */
  endWithin(ms: number): void {
    if (this.#over || (this.#endTimer !== undefined && this.#endsWithinMs <= ms)) return;
    this.#clearTimers();
    this.#endsWithinMs = ms;
    this.#endTimer = setTimeout(() => {
      this.#end();
      this.#controller?.abort(new Error('the rest of the response did not come'));
    }, ms);
  }

  /**
   * All bytes that arrived since the last call, waiting for some; undefined at the end.
   * @throws ProviderError for a clock or a network failure, after what had arrived before; `signal.reason` at once
   */
  read(): Promise<Buffer[] | undefined> {
    if (this.signal.aborted) this.#arrivals.cut(this.signal.reason);
    return this.#arrivals.read();
  }

  /** The reader is done. A response `readToTheEnd` gets a moment to end by itself; any other is aborted. */
  close(readToTheEnd: boolean): void {
    if (this.#over) return;
    if (!readToTheEnd) return this.#fail(new Error('no longer wanted'));
    this.signal.removeEventListener('abort', this.#onAbort);
    this.#clearTimers();
    this.#drainLeft = DRAIN_BYTES;
    this.#endTimer = setTimeout(() => this.#fail(new Error('did not end')), DRAIN_MS);
    this.#controller?.resume();
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.#over) return controller.abort(new Error('no longer wanted'));
    this.#controller = controller;
    this.#connecting = undefined;
    this.#phase = 'waiting';
    clearTimeout(this.#connectTimer);
  }

  onResponseStarted(): void {
    this.#phase = 'receiving';
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    if (status >= 200) this.#headReady.resolve({ status, headers });
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#drainLeft !== undefined) {
      this.#drainLeft -= chunk.length;
      if (this.#drainLeft < 0) this.#fail(new Error('did not end'));
      return;
    }
    this.#arrivals.push(chunk);
    if (this.#arrivals.bytes > HIGH_WATER_BYTES) controller.pause();
  }

  onResponseEnd(): void {
    this.#end();
  }

  onResponseError(_controller: Dispatcher.DispatchController | null, error: Error): void {
    this.#fail(networkFailure(error, this.#phase));
  }

  #onTaken(): void {
    this.#idleTimer?.refresh();
    if (this.#controller?.paused === true) this.#controller.resume();
  }

  #end(): void {
    if (this.#over) return;
    this.#release();
    this.#arrivals.end();
  }

  #fail(error: unknown): void {
    if (this.#over) return;
    this.#release();
    this.#arrivals.fail(error);
    this.#headReady.reject(error);
    const cut = error instanceof Error ? error : new Error('aborted');
    // With an error: otherwise the pool would wait for this socket forever.
    this.#connecting?.destroy(cut);
    this.#controller?.abort(cut);
  }

  #release(): void {
    this.#over = true;
    this.signal.removeEventListener('abort', this.#onAbort);
    this.#clearTimers();
  }

  #clearTimers(): void {
    clearTimeout(this.#connectTimer);
    clearTimeout(this.#firstTokenTimer);
    clearTimeout(this.#idleTimer);
    clearTimeout(this.#gapTimer);
    clearTimeout(this.#endTimer);
    this.#firstTokenTimer = undefined;
    this.#idleTimer = undefined;
    this.#gapTimer = undefined;
    this.#endTimer = undefined;
  }

  #onAbort = (): void => {
    this.#arrivals.cut(this.signal.reason);
    this.#fail(this.signal.reason);
  };

  /** A paused socket is silent because we paused it. */
  #onIdle(): void {
    if (this.#controller?.paused === true || this.#arrivals.bytes > 0) this.#idleTimer?.refresh();
    else this.#timeout('silent', this.clocks.idleMs);
  }

  #onGap(): void {
    if (this.#controller?.paused === true) this.#gapTimer?.refresh();
    else this.#timeout('nothing but comments and usage', GAP_IDLE_PERIODS * this.clocks.idleMs);
  }

  #timeout(what: string, ms: number): void {
    this.#fail(timedOut(`${what} for ${ms} ms`, this.#phase));
  }
}
