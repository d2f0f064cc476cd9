import { Inject, Injectable } from '@nestjs/common';
import { APP_CONFIG, type AppConfig } from '../../config/app-config.js';
import { ProblemException } from '../../http/problem.exception.js';

/** What an overloaded service asks its callers to wait. */
const RETRY_AFTER_MS = 1_000;
/** Whoever names no user counts by their address, which may have this part of all places. */
const SHARE_OF_ADDRESS = 1 / 4;

/** A place among the running answers; giving it back twice is giving it back once. */
export interface Place {
  release(): void;
}

/** Whose place it is: a user's, else an address'. */
export interface Holder {
  readonly userId: string | undefined;
  readonly address: string;
}

/** The bound on answers that run at once: in all, per user, and per address of those who name no user. */
@Injectable()
export class Places {
  readonly #heldBy = new Map<string, number>();
  readonly #ofAddress: number;
  #held = 0;

  constructor(@Inject(APP_CONFIG) private readonly config: AppConfig) {
    const { perAddress, maxRunningAnswers } = config.limits;
    this.#ofAddress = perAddress === undefined ? Infinity : Math.ceil(maxRunningAnswers * SHARE_OF_ADDRESS);
  }

  /** @throws ProblemException 503 or 429 `overloaded` where there is none */
  check(holder: Holder): void {
    const { maxRunningAnswers, maxRunningPerUser } = this.config.limits;
    if (this.#held >= maxRunningAnswers) throw overloaded(503, 'The service is busy. Try again in a moment.');
    const most = holder.userId === undefined ? this.#ofAddress : maxRunningPerUser;
    if ((this.#heldBy.get(nameOf(holder)) ?? 0) < most) return;
    const whose = holder.userId === undefined ? 'Your address has' : 'You have';
    throw overloaded(429, `${whose} ${most} answers running. Wait for one of them to end.`);
  }

  /**
   * Reserves one before anything is stored or asked.
   * @throws ProblemException as {@link check}
   */
  reserve(holder: Holder): Place {
    this.check(holder);
    const name = nameOf(holder);
    this.#held++;
    this.#heldBy.set(name, (this.#heldBy.get(name) ?? 0) + 1);
    let held = true;
    return {
      release: () => {
        if (held) this.#giveBack(name);
        held = false;
      },
    };
  }

  #giveBack(name: string): void {
    this.#held--;
    const left = (this.#heldBy.get(name) ?? 1) - 1;
    if (left > 0) this.#heldBy.set(name, left);
    else this.#heldBy.delete(name);
  }
}

function nameOf({ userId, address }: Holder): string {
  return userId === undefined ? `address ${address}` : `user ${userId}`;
}

function overloaded(status: 429 | 503, detail: string): ProblemException {
  return new ProblemException({ status, code: 'overloaded', detail, retryAfterMs: RETRY_AFTER_MS });
}
