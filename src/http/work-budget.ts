import { getHeapStatistics } from 'node:v8';
import { Inject, Injectable } from '@nestjs/common';
import type { Response } from 'express';
import { APP_CONFIG, type AppConfig } from '../config/app-config.js';
import { addressOf, shareOfAddress } from './client-address.js';
import { onceClosed } from './once-closed.js';
import { overloaded, type ProblemException } from './problem.exception.js';
import { Tally } from './tally.js';

const MOST_BYTES = 256 * 1024 * 1024;
/** A byte of a request takes up to six of memory: as text, as fields, and as what goes on to a provider. */
const PART_OF_HEAP = 1 / 8;
const RETRY_AFTER_MS = 2_000;
/** Measuring thousands of open responses takes a millisecond. */
const GROWN_AGE_MS = 100;

/** Bytes held in the budget. Releasing them twice has no effect. */
export interface Hold {
  /** Changes how many bytes are held. */
  resize(bytes: number): void;
  release(): void;
}

/** A text that grows; its length in UTF-16 units. */
export interface Growing {
  readonly length: number;
}

/** What grows without asking for room; it is measured from time to time. */
interface Grown {
  readonly unsent: number;
  readonly unsentOf: Tally;
  readonly said: number;
  /** Monotonic time of the measurement. */
  readonly at: number;
}

/**
 * Bounds the memory of request bodies, prompts, texts of running answers and unsent bytes together. A request is
 * refused before it is read, so that the process does not run out of memory.
 */
@Injectable()
export class WorkBudget {
  /** 256 MiB, or an eighth of the heap where that is less. */
  readonly bytes = Math.floor(Math.min(MOST_BYTES, getHeapStatistics().heap_size_limit * PART_OF_HEAP));
  readonly #ofAddress: number;
  /** If no text is longer than this, all of them fit into the budget. */
  readonly #evenShare: number;
  readonly #heldBy = new Tally();
  /** Open responses, with their address once it was needed. */
  readonly #responses = new Map<Response, string | undefined>();
  readonly #texts = new Set<Growing>();
  #held = 0;
  #grown: Grown = { unsent: 0, unsentOf: new Tally(), said: 0, at: -Infinity };

  constructor(@Inject(APP_CONFIG) { limits }: Pick<AppConfig, 'limits'>) {
    this.#ofAddress = shareOfAddress(this.bytes, limits);
    this.#evenShare = this.bytes / limits.maxRunningAnswers;
  }

  /** Counts the unsent bytes of a response until it closes. */
  watch(response: Response): void {
    this.#responses.set(response, undefined);
    onceClosed(response, () => this.#responses.delete(response));
  }

  /** Counts the length of a text until {@link forgetText}. */
  watchText(text: Growing): void {
    this.#texts.add(text);
  }

  forgetText(text: Growing): void {
    this.#texts.delete(text);
  }

  /** Whether a text must end here: all texts together exceed the budget, and this one exceeds its even share. */
  isTooLong(text: Growing): boolean {
    return text.length > this.#evenShare && this.#measure().said > this.bytes;
  }

  /**
   * Holds bytes; one address may hold a quarter of all.
   * @throws ProblemException 503 `overloaded` where there is no room
   */
  take(bytes: number, address = ''): Hold {
    this.check(bytes, address);
    let held = bytes;
    this.#add(held, address);
    const resize = (now: number): void => {
      this.#add(now - held, address);
      held = now;
    };
    return { resize, release: () => resize(0) };
  }

  /** @throws ProblemException 503 `overloaded` where there is no room for so many more, of all or of the address */
  check(bytes = 0, address = ''): void {
    const { unsent, unsentOf, said } = this.#measure();
    if (this.#held + unsent + said + bytes > this.bytes) throw noRoom();
    const ofAddress = this.#heldBy.of(address) + unsentOf.of(address);
    if (address !== '' && ofAddress + bytes > this.#ofAddress) throw noRoom();
  }

  #add(bytes: number, address: string): void {
    this.#held += bytes;
    if (address !== '') this.#heldBy.add(address, bytes);
  }

  #measure(): Grown {
    const at = performance.now();
    if (at - this.#grown.at <= GROWN_AGE_MS) return this.#grown;
    const unsentOf = new Tally();
    let unsent = 0;
    for (const response of this.#responses.keys()) {
      const { writableLength } = response;
      unsent += writableLength;
      if (writableLength > 0 && this.#ofAddress < Infinity) unsentOf.add(this.#addressOf(response), writableLength);
    }
    let said = 0;
    for (const { length } of this.#texts) said += length;
    return (this.#grown = { unsent, unsentOf, said, at });
  }

  #addressOf(response: Response): string {
    const address = this.#responses.get(response) ?? addressOf(response.req);
    this.#responses.set(response, address);
    return address;
  }
}

function noRoom(): ProblemException {
  return overloaded(503, 'The service has too much in hand. Try again in a moment.', RETRY_AFTER_MS);
}
