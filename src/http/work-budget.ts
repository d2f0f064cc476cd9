import { getHeapStatistics } from 'node:v8';
import { Inject, Injectable } from '@nestjs/common';
import type { Response } from 'express';
import { APP_CONFIG, type AppConfig } from '../config/app-config.js';
import { onceClosed } from './once-closed.js';
import { ProblemException } from './problem.exception.js';
import { Tally } from './tally.js';

const MOST_BYTES = 256 * 1024 * 1024;
/** A byte of a request takes up to six of memory: as text, as fields, and as what goes on to a provider. */
const PART_OF_HEAP = 1 / 8;
const SHARE_OF_ADDRESS = 1 / 4;
const RETRY_AFTER_MS = 2_000;
/** Looking at all open responses takes a millisecond where there are thousands. */
const UNSENT_AGE_MS = 100;

/** Bytes that somebody holds; giving them back twice is giving them back once. */
export interface Hold {
  /** It turned out to be so many. */
  resize(bytes: number): void;
  release(): void;
}

/**
 * What all bodies of requests, prompts of running answers, and bytes that wait for their readers may take together: a
 * request is refused before it is read rather than the process run out of memory.
 */
@Injectable()
export class WorkBudget {
  /** 256 MiB, or an eighth of the heap where that is less. */
  readonly bytes = Math.floor(Math.min(MOST_BYTES, getHeapStatistics().heap_size_limit * PART_OF_HEAP));
  readonly #ofAddress: number;
  readonly #heldBy = new Tally();
  readonly #responses = new Set<Response>();
  #held = 0;
  #unsent = { bytes: 0, at: -Infinity };

  constructor(@Inject(APP_CONFIG) { limits }: Pick<AppConfig, 'limits'>) {
    this.#ofAddress = limits.perAddress === undefined ? Infinity : this.bytes * SHARE_OF_ADDRESS;
  }

  /** What waits in it for its reader counts until it closes. */
  watch(response: Response): void {
    this.#responses.add(response);
    onceClosed(response, () => this.#responses.delete(response));
  }

  /**
   * Holds bytes for somebody; an address has a quarter of all.
   * @throws ProblemException 503 `overloaded` where there is no room
   */
  take(bytes: number, address = ''): Hold {
    const ofAddress = address === '' ? 0 : this.#heldBy.of(address);
    if (ofAddress + bytes > this.#ofAddress) throw overloaded();
    this.check(bytes);
    let held = bytes;
    this.#add(held, address);
    const resize = (now: number): void => {
      this.#add(now - held, address);
      held = now;
    };
    return { resize, release: () => resize(0) };
  }

  /** @throws ProblemException 503 `overloaded` where there is no room for so many more */
  check(bytes = 0): void {
    if (this.#held + this.#unsentBytes() + bytes > this.bytes) throw overloaded();
  }

  #add(bytes: number, address: string): void {
    this.#held += bytes;
    if (address !== '') this.#heldBy.add(address, bytes);
  }

  #unsentBytes(): number {
    const now = performance.now();
    if (now - this.#unsent.at > UNSENT_AGE_MS) {
      let bytes = 0;
      for (const { writableLength } of this.#responses) bytes += writableLength;
      this.#unsent = { bytes, at: now };
    }
    return this.#unsent.bytes;
  }
}

function overloaded(): ProblemException {
  const detail = 'The service has too much in hand. Try again in a moment.';
  return new ProblemException({ status: 503, code: 'overloaded', detail, retryAfterMs: RETRY_AFTER_MS });
}
