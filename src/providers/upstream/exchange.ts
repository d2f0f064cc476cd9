import type { IncomingHttpHeaders } from 'node:http';
import type { Socket } from 'node:net';
import type { Dispatcher } from 'undici';
import type { ClocksConfig } from '../../config/app-config.js';
import { networkFailure, timedOut, type ExchangePhase } from './network-failure.js';

export interface ResponseHead {
  status: number;
  headers: IncomingHttpHeaders;
}

/** Beyond this a reader that doesn't keep up stops the socket from being read. */
const HIGH_WATER_BYTES = 1024 * 1024;
/** Comments reset the idle clock; with nothing but comments the provider is given up after this many idle periods. */
const GAP_IDLE_PERIODS = 3;
/** How long a response that was read to its last event may take to end, so that its connection can be used again. */
const DRAIN_MS = 1_000;
const DRAIN_BYTES = 64 * 1024;

/**
 * One request and its response on undici's lowest level, under the three clocks of an attempt: until connected, until
 * {@link tokenSeen}, and between bytes from then on. Whatever ends it (abort, clock, network) closes the socket at once,
 * and no timer or listener outlives it.
 */
export class Exchange implements Dispatcher.DispatchHandler {
  readonly head: Promise<ResponseHead>;
  #settleHead: PromiseWithResolvers<ResponseHead>;
  #phase: ExchangePhase = 'connecting';
  #controller: Dispatcher.DispatchController | undefined;
  #connecting: Socket | undefined;
  #queue: Buffer[] = [];
  #queuedBytes = 0;
  #wake: (() => void) | undefined;
  #over: 'ended' | 'failed' | undefined;
  #error: unknown;
  /** Bytes still taken in after the reader was done; undefined while there is a reader. */
  #drainLeft: number | undefined;
  #connectTimer: NodeJS.Timeout | undefined;
  #firstTokenTimer: NodeJS.Timeout | undefined;
  #idleTimer: NodeJS.Timeout | undefined;
  #gapTimer: NodeJS.Timeout | undefined;
  #endTimer: NodeJS.Timeout | undefined;

  constructor(
    private readonly clocks: ClocksConfig,
    private readonly signal: AbortSignal,
  ) {
    this.#settleHead = Promise.withResolvers();
    this.head = this.#settleHead.promise;
    signal.addEventListener('abort', this.#onAbort, { once: true });
    this.#connectTimer = setTimeout(() => this.#timeout('no connection', clocks.connectMs), clocks.connectMs);
    this.#firstTokenTimer = setTimeout(() => this.#timeout('no token', clocks.firstTokenMs), clocks.firstTokenMs);
  }

  /** The socket that is being opened for this exchange; aborting closes it too. */
  connectsBy(socket: Socket): void {
    if (this.#phase === 'connecting') this.#connecting = socket;
  }

  /** The first word was said: from now on silence is what is measured. */
  tokenSeen(): void {
    if (this.#firstTokenTimer === undefined) return;
    clearTimeout(this.#firstTokenTimer);
    this.#firstTokenTimer = undefined;
    const { idleMs } = this.clocks;
    if (this.#over !== undefined) return;
    this.#idleTimer = setTimeout(() => this.#onIdle(), idleMs);
    this.#gapTimer = setTimeout(() => this.#onGap(), GAP_IDLE_PERIODS * idleMs);
  }

  /** The provider said something: comments alone keep an answer alive for a while only. */
  progressed(): void {
    this.#gapTimer?.refresh();
  }

  /** What matters has been read: the rest has `ms` to come, then the response counts as ended. */
  endWithin(ms: number): void {
    if (this.#over !== undefined || this.#endTimer !== undefined) return;
    this.#clearTimers();
    this.#endTimer = setTimeout(() => {
      this.#end();
      this.#controller?.abort(new Error('the rest of the response did not come'));
    }, ms);
  }

  /**
   * All bytes that arrived since the last call, waiting for some; undefined at the end.
   * @throws ProviderError for a clock or a network failure, after what had arrived before; `signal.reason` at once
   */
  async read(): Promise<Buffer[] | undefined> {
    for (;;) {
      if (this.signal.aborted) throw this.signal.reason;
      if (this.#queue.length > 0) return this.#take();
      if (this.#over === 'failed') throw this.#error;
      if (this.#over === 'ended') return undefined;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  /** The reader is done: a response `readToTheEnd` may end by itself for a moment, any other is cut off. */
  close(readToTheEnd: boolean): void {
    if (this.#over !== undefined) return;
    if (!readToTheEnd) return this.#fail(new Error('no longer wanted'));
    this.signal.removeEventListener('abort', this.#onAbort);
    this.#clearTimers();
    this.#drainLeft = DRAIN_BYTES;
    this.#endTimer = setTimeout(() => this.#fail(new Error('did not end')), DRAIN_MS);
    this.#controller?.resume();
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.#over === 'failed') return controller.abort(new Error('no longer wanted'));
    this.#controller = controller;
    this.#connecting = undefined;
    this.#phase = 'waiting';
    clearTimeout(this.#connectTimer);
  }

  onResponseStarted(): void {
    this.#phase = 'receiving';
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    if (status >= 200) this.#settleHead.resolve({ status, headers });
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#drainLeft !== undefined) {
      this.#drainLeft -= chunk.length;
      if (this.#drainLeft < 0) this.#fail(new Error('did not end'));
      return;
    }
    this.#idleTimer?.refresh();
    this.#queue.push(chunk);
    this.#queuedBytes += chunk.length;
    if (this.#queuedBytes > HIGH_WATER_BYTES) controller.pause();
    this.#wakeReader();
  }

  onResponseEnd(): void {
    this.#end();
  }

  onResponseError(_controller: Dispatcher.DispatchController | null, error: Error): void {
    this.#fail(networkFailure(error, this.#phase));
  }

  #take(): Buffer[] {
    const chunks = this.#queue;
    this.#queue = [];
    this.#queuedBytes = 0;
    if (this.#controller?.paused === true) {
      this.#idleTimer?.refresh();
      this.#controller.resume();
    }
    return chunks;
  }

  #end(): void {
    if (this.#over !== undefined) return;
    this.#over = 'ended';
    this.#release();
  }

  #fail(error: unknown): void {
    if (this.#over !== undefined) return;
    this.#over = 'failed';
    this.#error = error;
    this.#release();
    this.#settleHead.reject(error);
    const cut = error instanceof Error ? error : new Error('aborted');
    // With an error, or the pool would wait for this socket for ever.
    this.#connecting?.destroy(cut);
    this.#controller?.abort(cut);
  }

  #release(): void {
    this.signal.removeEventListener('abort', this.#onAbort);
    this.#clearTimers();
    this.#wakeReader();
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
  }

  #wakeReader(): void {
    this.#wake?.();
    this.#wake = undefined;
  }

  #onAbort = (): void => this.#fail(this.signal.reason);

  /** A paused socket is silent because of us. */
  #onIdle(): void {
    if (this.#controller?.paused === true) this.#idleTimer?.refresh();
    else this.#timeout('silent', this.clocks.idleMs);
  }

  #onGap(): void {
    if (this.#controller?.paused === true) this.#gapTimer?.refresh();
    else this.#timeout('nothing but comments', GAP_IDLE_PERIODS * this.clocks.idleMs);
  }

  #timeout(what: string, ms: number): void {
    this.#fail(timedOut(`${what} for ${ms} ms`, this.#phase));
  }
}
