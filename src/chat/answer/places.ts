import { Inject, Injectable } from '@nestjs/common';
import { APP_CONFIG, type AppConfig } from '../../config/app-config.js';
import { ProblemException } from '../../http/problem.exception.js';
import { Tally } from '../../http/tally.js';

/** What an overloaded service asks its callers to wait. */
const RETRY_AFTER_MS = 1_000;
/** An address may have this part of all places, whatever users it claims to be. */
const SHARE_OF_ADDRESS = 1 / 4;

/** A place among the running answers; giving it back twice is giving it back once. */
export interface Place {
  release(): void;
}

/** Whose place it is: an address', and a user's where one is named. */
export interface Holder {
  readonly userId: string | undefined;
  readonly address: string;
}

/** The bound on answers that run at once: in all, per user, and per address where addresses are told apart. */
@Injectable()
export class Places {
  readonly #ofUsers = new Tally();
  readonly #ofAddresses = new Tally();
  readonly #mostOfAddress: number;
  #held = 0;

  constructor(@Inject(APP_CONFIG) private readonly config: AppConfig) {
    const { perAddress, maxRunningAnswers } = config.limits;
    this.#mostOfAddress = perAddress === undefined ? Infinity : Math.ceil(maxRunningAnswers * SHARE_OF_ADDRESS);
  }

  /** @throws ProblemException 503 or 429 `overloaded` where there is none */
  check({ userId, address }: Holder): void {
    const { maxRunningAnswers, maxRunningPerUser } = this.config.limits;
    if (this.#held >= maxRunningAnswers) throw overloaded(503, 'The service is busy. Try again in a moment.');
    if (userId !== undefined && this.#ofUsers.of(userId) >= maxRunningPerUser)
      throw overloaded(429, `You have ${maxRunningPerUser} answers running. Wait for one of them to end.`);
    if (this.#ofAddresses.of(address) >= this.#mostOfAddress)
      throw overloaded(429, `Your address has ${this.#mostOfAddress} answers running. Wait for one of them to end.`);
  }

  /**
   * Reserves one before anything is stored or asked.
   * @throws ProblemException as {@link check}
   */
  reserve(holder: Holder): Place {
    this.check(holder);
    this.#add(holder, 1);
    let held = true;
    return {
      release: () => {
        if (held) this.#add(holder, -1);
        held = false;
      },
    };
  }

  #add({ userId, address }: Holder, places: 1 | -1): void {
    this.#held += places;
    this.#ofAddresses.add(address, places);
    if (userId !== undefined) this.#ofUsers.add(userId, places);
  }
}

function overloaded(status: 429 | 503, detail: string): ProblemException {
  return new ProblemException({ status, code: 'overloaded', detail, retryAfterMs: RETRY_AFTER_MS });
}
