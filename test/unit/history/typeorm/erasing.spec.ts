import { existsSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { killScripts, runScript } from '../../../support/child-script.js';
import { eventually, openStore, segment, temporaryFolder, turn, type OpenStore } from '../../../support/history.js';
import { talk } from '../../../support/history-stores.js';

const SECRET = 'xylophone-of-the-quartermaster';
const GONE = { userId: 'ada', sessionId: 'gone' };
/** Deleting promises 10 s; a busy machine gets some more. */
const ERASED_MS = 15_000;

describe('what is deleted', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let opened: OpenStore;
  beforeEach(async () => {
    folder = await temporaryFolder();
    opened = await openStore(folder.url);
  });
  afterEach(async () => {
    await killScripts();
    await opened.close();
    await folder.remove();
  });

  /** Files beside each other that hold the text: the database, its log, their index. */
  const holding = (text: string) =>
    readdirSync(folder.path).filter((name) => readFileSync(join(folder.path, name)).includes(text));
  async function fill(): Promise<void> {
    const { store } = opened;
    for (let n = 0; n < 20; n++) await talk(store, { sessionId: `kept-${n}`, question: 'What stays?' }, 'This stays.');
    await talk(store, { ...GONE, question: `Where is the ${SECRET}?` }, `The ${SECRET} is here. `.repeat(2_000));
    const running = turn({ ...GONE, question: SECRET, title: SECRET });
    await store.openTurn(running);
    await store.append([
      segment(running.answerId, 0, `${SECRET} as it comes`),
      segment(running.answerId, 0, SECRET, 'reasoning'),
    ]);
    await store.renameSession(GONE, `Of the ${SECRET}`);
    expect(holding(SECRET)).not.toEqual([]);
  }

  it('is in no file ten seconds later, while the service reads and writes on', async () => {
    await fill();
    expect(await opened.store.deleteSession(GONE)).toBe(true);
    const found = async () => {
      await opened.store.messages({ userId: 'ada', sessionId: 'kept-1' }, { limit: 9 });
      await talk(opened.store, { sessionId: 'kept-1', question: 'And now?' }, 'This stays.');
      return holding(SECRET);
    };
    await eventually(found, (files) => files.length === 0, ERASED_MS);
    expect(holding('This stays.')).not.toEqual([]);
  }, 30_000);

  it('is erased after the next start where the process was killed right after the delete', async () => {
    await opened.close();
    await runScript('history/delete-then-die.ts', folder.url, SECRET).ended();
    expect(holding(SECRET)).toEqual(['rondo.db-wal']);
    opened = await openStore(folder.url);
    await eventually(
      () => holding(SECRET),
      (files) => files.length === 0,
      ERASED_MS,
    );
  }, 30_000);

  it('brings nothing back where the files were removed meanwhile', async () => {
    await fill();
    await opened.store.deleteSession(GONE);
    rmSync(folder.path, { recursive: true });
    await opened.close();
    expect(existsSync(folder.path)).toBe(false);
    opened = await openStore(folder.url);
  });

  it('is gone also where another connection was reading when it was deleted', async () => {
    await fill();
    const reading = await openStore(folder.url);
    await reading.database.read(async (manager) => {
      await manager.query('BEGIN');
      await manager.query('SELECT COUNT(*) FROM "messages"');
      await opened.store.deleteSession(GONE);
      // Writers are not held up by what waits for the reader.
      for (let n = 0; n < 20; n++) await talk(opened.store, { sessionId: 'kept-1' }, 'This stays.');
      await manager.query('COMMIT');
    });
    await eventually(
      () => holding(SECRET),
      (files) => files.length === 0,
      ERASED_MS,
    );
    await reading.close();
  }, 30_000);
});
