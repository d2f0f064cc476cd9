import type { DataSource } from 'typeorm';
import { RECORD_VIEW } from './record-view.js';
import { TURN_VIEW } from './turn-view.js';

/** The views through which everything is written, on the connection that writes; they end with it. */
export async function createWriteViews(source: DataSource): Promise<void> {
  await source.query('PRAGMA temp_store = MEMORY');
  for (const sql of [...TURN_VIEW, ...RECORD_VIEW]) await source.query(sql);
}
