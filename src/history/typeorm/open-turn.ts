import { setTimeout as delay } from 'node:timers/promises';
import type { EntityManager } from 'typeorm';
import {
  HistoryUnavailableError,
  IdempotencyKeyTakenError,
  MessageReplacedError,
  type NewTurn,
} from '../history-store.js';
import type { HistoryDatabase } from './history-database.js';
import { findKey } from './idempotency-keys.js';
import { insertTurns } from './sqlite/turn-view.js';
import type { Refusals } from './turn-groups.js';
import { withdrawTurns } from './withdraw-turns.js';

const WITHDRAW_DEADLINE_MS = 30_000;
const WITHDRAW_RETRY_MS = 1_000;

/**
 * Stores questions, each of another session, and the empty answers to them, which are this process' while they run.
 * Where the database stores them after the callers were told that it did not, they are taken back.
 * @param begin tells which, when their turn has come
 */
export async function openTurns(database: HistoryDatabase, begin: () => readonly NewTurn[]): Promise<Refusals> {
  let turns: readonly NewTurn[] = [];
  const work = (manager: EntityManager) => store(manager, (turns = begin()), database.owners.owner);
  const options = {
    priority: 'question',
    onLateCommit: (refusals: Refusals) =>
      void withdraw(
        database,
        turns.filter(({ answerId }) => !refusals.has(answerId)),
      ),
  } as const;
  return database.writeAtOnce(work, options);
}

async function store(manager: EntityManager, turns: readonly NewTurn[], owner: string): Promise<Refusals> {
  const stored = await insertTurns(
    manager,
    turns.map((turn) => ({ ...turn, owner })),
  );
  const refusals = new Map<string, Error>();
  for (const turn of turns) if (!stored.has(turn.answerId)) refusals.set(turn.answerId, await refusalOf(manager, turn));
  return refusals;
}

async function refusalOf(manager: EntityManager, { userId, idempotency }: NewTurn): Promise<Error> {
  if (idempotency !== undefined && (await findKey(manager, userId, idempotency.key)) !== undefined)
    return new IdempotencyKeyTakenError('this Idempotency-Key began another answer');
  return new MessageReplacedError('another version has taken the place of this message');
}

/** Tries until it is done: until then there is a question in the history that nobody answers. */
async function withdraw(database: HistoryDatabase, turns: readonly NewTurn[]): Promise<void> {
  const options = { deadlineMs: WITHDRAW_DEADLINE_MS, priority: 'checkpoint' } as const;
  while (!database.closed) {
    try {
      await database.write((manager) => withdrawTurns(manager, turns), options);
      return database.eraseLog();
    } catch (error) {
      if (!(error instanceof HistoryUnavailableError)) throw error;
    }
    await delay(WITHDRAW_RETRY_MS, undefined, { ref: false });
  }
}
