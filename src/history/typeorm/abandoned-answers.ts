import type { EntityManager } from 'typeorm';
import type { SessionKey } from '../history-store.js';
import { MessageEntity } from './entities/message.entity.js';
import type { HistoryDatabase } from './history-database.js';
import { endAnswersOf } from './recovery.js';

/** So often an owner that lives is asked again. */
const LIVES_MS = 1_000;

/** A user, or one of their sessions. */
export type Whose = Pick<SessionKey, 'userId'> & Partial<SessionKey>;

/** Finds answers that another process was writing when it died, and has them ended. */
export class AbandonedAnswers {
  /** When those who live were last asked, in monotonic ms. */
  readonly #living = new Map<string, number>();
  #ending: Promise<number> | undefined;

  constructor(private readonly database: HistoryDatabase) {}

  /**
   * Ends those whose process is gone, and gives how many that were.
   * @param whose only if there are any among these, and their process was not seen alive within the last second
   */
  async end(whose?: Whose): Promise<number> {
    const owners = await this.#others(whose);
    if (whose === undefined) this.#living.clear();
    for (const owner of owners) {
      if (await this.#lives(owner)) continue;
      // All who ask meanwhile share one look.
      return (this.#ending ??= this.#endAll().finally(() => (this.#ending = undefined)));
    }
    return 0;
  }

  async #endAll(): Promise<number> {
    const gone: string[] = [];
    for (const owner of await this.#others()) if (await this.database.owners.isGone(owner)) gone.push(owner);
    return endAnswersOf(this.database, gone);
  }

  async #lives(owner: string): Promise<boolean> {
    const now = performance.now();
    if (now - (this.#living.get(owner) ?? -Infinity) < LIVES_MS) return true;
    if (await this.database.owners.isGone(owner)) return false;
    this.#living.set(owner, now);
    return true;
  }

  #others(whose?: Whose): Promise<string[]> {
    return this.database.read((manager) => otherOwners(manager, this.database.owners.owner, whose));
  }
}

/** Processes other than `own` that write answers now, or died while they did. */
async function otherOwners(manager: EntityManager, own: string, whose?: Whose): Promise<string[]> {
  const query = manager
    .createQueryBuilder(MessageEntity, 'message')
    .select('message.owner', 'owner')
    .distinct()
    // Written out, as in the index on it.
    .where("message.status = 'streaming'")
    .andWhere('message.owner <> :own', { own });
  if (whose !== undefined) query.andWhere('message.userId = :userId', { userId: whose.userId });
  if (whose?.sessionId !== undefined) query.andWhere('message.sessionId = :sessionId', { sessionId: whose.sessionId });
  const rows = await query.getRawMany<{ owner: string }>();
  return rows.map(({ owner }) => owner);
}
