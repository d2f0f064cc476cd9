import type { EntityManager } from 'typeorm';
import type { NewTurn } from '../history-store.js';
import type { HistoryDatabase } from './history-database.js';
import { rememberKey } from './idempotency-keys.js';
import { makeRoom } from './make-room.js';
import { insertTurns, type OpenedTurn } from './sqlite/write-views.js';

/** Stores questions, each of another session, and the empty answers to them, which are this process' while they run. */
export async function openTurns(database: HistoryDatabase, turns: readonly NewTurn[]): Promise<void> {
  const { owner } = database.owners;
  const plain = turns.every(({ place, idempotency }) => place === undefined && idempotency === undefined);
  const rows = turns.map((turn) => opened(turn, owner));
  if (plain) await database.writeAtOnce((manager) => insertTurns(manager, rows));
  else await database.write((manager) => openAmongOthers(manager, turns, owner));
}

/** Turns that take the place of others, or that have a key. */
async function openAmongOthers(manager: EntityManager, turns: readonly NewTurn[], owner: string): Promise<void> {
  const rows: OpenedTurn[] = [];
  for (const turn of turns)
    rows.push(opened(turn, owner, turn.place ? await makeRoom(manager, turn, turn.place) : null));
  await insertTurns(manager, rows);
  for (const turn of turns) if (turn.idempotency) await rememberKey(manager, turn, turn.idempotency);
}

function opened(turn: NewTurn, owner: string, versionOf: string | null = null): OpenedTurn {
  return { ...turn, owner, versionOf };
}
