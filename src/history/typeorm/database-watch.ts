import { Logger } from '@nestjs/common';
import { HistoryUnavailableError, type HistoryStore } from '../history-store.js';
import type { HistoryDatabase } from './history-database.js';
import { forgetOldKeys } from './idempotency-keys.js';

const INTERVAL_MS = 5_000;
/** While writes fail: how soon it is known that there is room again. */
const TROUBLED_INTERVAL_MS = 1_000;
/** While there is little room: each probe may take some of it. */
const LITTLE_ROOM_INTERVAL_MS = 30_000;
const FORGET_INTERVAL_MS = 60 * 60 * 1000;

/**
 * Looks after the database without anybody asking: whether its file is still there, whether it takes writes again, or
 * any more; and ends the answers of other processes that died.
 */
export class DatabaseWatch {
  readonly #log = new Logger('History');
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;
  #lookedAt = -Infinity;
  #littleRoomAt = -Infinity;
  #forgotAt = -Infinity;

  constructor(
    private readonly database: HistoryDatabase,
    private readonly store: Pick<HistoryStore, 'recoverAbandoned'>,
  ) {}

  start(): void {
    const next = () => void this.#lookIfDue().finally(() => !this.#stopped && this.start());
    this.#timer = setTimeout(next, TROUBLED_INTERVAL_MS).unref();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  async #lookIfDue(): Promise<void> {
    const now = performance.now();
    if (this.database.health.problem === undefined && now - this.#lookedAt < INTERVAL_MS) return;
    this.#lookedAt = now;
    try {
      await this.#checkWrites();
      if (this.database.health.problem !== undefined) return;
      await this.#endAbandoned();
      await this.#forgetKeys();
    } catch (error) {
      // What the database refuses is counted and logged where it was refused.
      if (!(error instanceof HistoryUnavailableError))
        this.#log.error({ err: error }, 'looking after the history failed');
    }
  }

  async #checkWrites(): Promise<void> {
    const { health } = this.database;
    await this.database.checkStorage();
    if (health.problem === undefined && !(await this.#mayBeFull())) return;
    await this.database.probeWrite();
    health.recovered();
  }

  async #mayBeFull(): Promise<boolean> {
    if (!(await this.database.hasLittleRoom())) {
      this.#littleRoomAt = -Infinity;
      return false;
    }
    const now = performance.now();
    if (now - this.#littleRoomAt < LITTLE_ROOM_INTERVAL_MS) return false;
    this.#littleRoomAt = now;
    return true;
  }

  async #endAbandoned(): Promise<void> {
    const interrupted = await this.store.recoverAbandoned();
    if (interrupted > 0) this.#log.log({ interrupted }, 'ended answers whose process is gone');
  }

  async #forgetKeys(): Promise<void> {
    const now = performance.now();
    if (now - this.#forgotAt < FORGET_INTERVAL_MS) return;
    while (await this.database.write(forgetOldKeys));
    this.#forgotAt = now;
  }
}
