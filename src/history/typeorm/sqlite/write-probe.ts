import type { EntityManager, QueryRunner } from 'typeorm';

/** As much as a question of some length needs, with its answer's row, the indexes and the queue for search. */
const PROBE_BYTES = 64 * 1024;

export async function createWriteProbe(runner: QueryRunner): Promise<void> {
  await runner.query('CREATE TABLE "write_probe" ("id" integer PRIMARY KEY NOT NULL, "filler" blob NOT NULL)');
}

export async function dropWriteProbe(runner: QueryRunner): Promise<void> {
  await runner.query('DROP TABLE "write_probe"');
}

/** Writes what needs as much room as a question: always the same row, so that the database does not grow by it. */
export async function probeWrite(manager: EntityManager): Promise<void> {
  await manager.query(`INSERT OR REPLACE INTO "write_probe" ("id", "filler") VALUES (1, zeroblob(${PROBE_BYTES}))`);
}
