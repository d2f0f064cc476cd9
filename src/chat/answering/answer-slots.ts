import { Inject, Injectable } from '@nestjs/common';
import { APP_CONFIG, type AppConfig } from '../../config/app-config.js';
import { sessionName, type SessionKey } from '../../history/history-store.js';
import { shareOfAddress } from '../../http/client-address.js';
import { overloaded } from '../../http/problem.exception.js';
import { Tally } from '../../http/tally.js';

/** Room for one running answer; giving it back twice is giving it back once. */
export interface AnswerSlot {
  release(): void;
}

/** Who holds a slot: an address, and a user where one is named. */
export interface Holder {
  readonly userId: string | undefined;
  readonly address: string;
  /** Of this user. Its answers share one slot, since only one of them runs at a time. */
  readonly session?: SessionKey | undefined;
}

/**
 * The bound on answers that run at once: in all, per user, and per address where addresses are told apart. A question
 * whose predecessor in its session still holds a slot shares that one: it runs only once the predecessor has ended.
 */
@Injectable()
export class AnswerSlots {
  readonly #ofUsers = new Tally();
  readonly #ofAddresses = new Tally();
  /** Who shares the slot of a session, by address. */
  readonly #ofSessions = new Map<string, Tally>();
  readonly #mostOfAddress: number;
  #held = 0;

  constructor(@Inject(APP_CONFIG) private readonly config: AppConfig) {
    this.#mostOfAddress = shareOfAddress(config.limits.maxRunningAnswers, config.limits);
  }

  /** @throws ProblemException 503 or 429 `overloaded` where there is none */
  check({ userId, address, session }: Holder): void {
    const shared = this.#sharersIn(session);
    if (shared === undefined) this.#checkForMore(userId);
    const isCounted = shared !== undefined && shared.of(address) > 0;
    if (!isCounted && this.#ofAddresses.of(address) >= this.#mostOfAddress)
      throw overloaded(429, `Your address has ${this.#mostOfAddress} answers running. Wait for one of them to end.`);
  }

  /**
   * Reserves one before anything is stored or asked.
   * @throws ProblemException as {@link check}
   */
  reserve(holder: Holder): AnswerSlot {
    this.check(holder);
    const sharers = this.#sharersIn(holder.session) ?? this.#newSlot(holder);
    this.#enter(sharers, holder.address);
    let held = true;
    return {
      release: () => {
        if (held) this.#leave(sharers, holder);
        held = false;
      },
    };
  }

  #checkForMore(userId: string | undefined): void {
    const { maxRunningAnswers, maxRunningPerUser } = this.config.limits;
    if (this.#held >= maxRunningAnswers) throw overloaded(503, 'The service is busy. Try again in a moment.');
    if (userId !== undefined && this.#ofUsers.of(userId) >= maxRunningPerUser)
      throw overloaded(429, `You have ${maxRunningPerUser} answers running. Wait for one of them to end.`);
  }

  #sharersIn(session: SessionKey | undefined): Tally | undefined {
    return session === undefined ? undefined : this.#ofSessions.get(sessionName(session));
  }

  #newSlot({ userId, session }: Holder): Tally {
    const sharers = new Tally();
    this.#held++;
    if (userId !== undefined) this.#ofUsers.add(userId, 1);
    if (session !== undefined) this.#ofSessions.set(sessionName(session), sharers);
    return sharers;
  }

  #enter(sharers: Tally, address: string): void {
    if (sharers.of(address) === 0) this.#ofAddresses.add(address, 1);
    sharers.add(address, 1);
  }

  #leave(sharers: Tally, { userId, address, session }: Holder): void {
    sharers.add(address, -1);
    if (sharers.of(address) === 0) this.#ofAddresses.add(address, -1);
    if (!sharers.empty) return;
    this.#held--;
    if (userId !== undefined) this.#ofUsers.add(userId, -1);
    if (session !== undefined) this.#ofSessions.delete(sessionName(session));
  }
}
