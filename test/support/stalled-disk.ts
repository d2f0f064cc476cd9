import sqlite3 from 'sqlite3';
import type { DataSource } from 'typeorm';

/** Without an end: whatever comes on the same connection waits for it, as it would for a disk that does not answer. */
const ENDLESS = 'WITH RECURSIVE "n" ("n") AS (SELECT 1 UNION ALL SELECT "n" + 1 FROM "n") SELECT COUNT(*) FROM "n"';

/** Has every statement on this connection wait until it is released. */
export async function stall(source: DataSource): Promise<{ release(): Promise<void> }> {
  const connection = 'databaseConnection' in source.driver ? source.driver.databaseConnection : undefined;
  if (!(connection instanceof sqlite3.Database)) throw new Error('not a connection of the sqlite3 driver');
  const ended = source.query(ENDLESS).then(
    () => undefined,
    () => undefined,
  );
  // On its way to a thread: what is sent later comes later.
  await new Promise((resolve) => setTimeout(resolve, 50));
  return {
    release: () => {
      connection.interrupt();
      return ended;
    },
  };
}
