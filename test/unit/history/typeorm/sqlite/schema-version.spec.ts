import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { VERSION } from '../../../../../src/config/version.js';
import { DatabaseStartError } from '../../../../../src/history/typeorm/sql-dialect.js';
import { dataSourceOptions, openDataSource } from '../../../../../src/history/typeorm/sqlite/data-source.js';
import { needAtLeast, refuseNewerSchema } from '../../../../../src/history/typeorm/sqlite/schema-version.js';
import { openStore, temporaryFolder, turn } from '../../../../support/history.js';

describe('the version that a schema needs', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let source: DataSource;
  beforeEach(async () => {
    folder = await temporaryFolder();
    source = await openDataSource(dataSourceOptions(folder.url));
  });
  afterEach(async () => {
    if (source.isInitialized) await source.destroy();
    await folder.remove();
  });

  const need = (version: string) => needAtLeast(source.createQueryRunner(), version);

  it('is recorded in a new database, and is one that this Rondo has', async () => {
    await expect(refuseNewerSchema(source, VERSION)).resolves.toBeUndefined();
    await expect(refuseNewerSchema(source, '0.0.9')).rejects.toThrow('needs Rondo 0.1.0 or newer, and this is 0.0.9');
  });

  it.each([
    ['0.10.2', '0.9.12', false],
    ['0.10.2', '0.10.1', false],
    ['0.10.2', '0.10.2', true],
    ['0.10.2', '0.10.2-beta.1', true],
    ['0.10.2', '0.11.0', true],
    ['0.10.2', '1.0.0', true],
  ])('of %s is met by %s: %p', async (oldest, version, isMet) => {
    await need(oldest);
    const check = refuseNewerSchema(source, version);
    await (isMet ? expect(check).resolves.toBeUndefined() : expect(check).rejects.toThrow(DatabaseStartError));
  });

  it('keeps an older Rondo from starting, with one line that says what to do', async () => {
    await need('99.0.0');
    await source.destroy();
    const error: unknown = await openStore(folder.url).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(DatabaseStartError);
    const { message } = error as DatabaseStartError;
    expect(message).toContain(`${folder.file} needs Rondo 99.0.0 or newer, and this is ${VERSION}: start that version`);
    expect(message).not.toContain('\n');
  });

  it('lets an older Rondo start with migrations that it does not know', async () => {
    await source.query(`INSERT INTO "migrations" ("timestamp", "name") VALUES (9999999999999, 'Later9999999999999')`);
    await source.query('CREATE TABLE "later" ("n" integer)');
    await source.destroy();
    const { store, close } = await openStore(folder.url);
    await store.openTurn(turn());
    await close();
  });
});
