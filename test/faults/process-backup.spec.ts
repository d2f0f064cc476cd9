import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import sqlite3 from 'sqlite3';
import { freshSession, history, lastAnswer } from '../support/conversations.js';
import { eventually } from '../support/eventually.js';
import { joined } from '../support/events.js';
import { ROOT } from '../support/markdown-docs.js';
import type { Service } from '../support/service.js';
import { useServices } from '../support/service-stage.js';
import { openReader } from '../support/socket-reader.js';

const TEXT = Array.from({ length: 60 }, (_, index) => `word${index}`).join(' ');
const SHORT = 'A short answer.';

describe('a backup', () => {
  const stage = useServices();

  async function begin(service: Service, text: string) {
    const session = freshSession();
    const reader = await openReader(`${service.url}/rr-chat/stream`, {
      body: { ...session, message: `echo: ${text}` },
    });
    return { session, reader, text: () => joined(reader.events().map(({ event }) => event)) };
  }

  const inFolder = (name: string) => path.join(stage.folder.path, name);

  it('taken while answers run is whole, and disturbs none of them', async () => {
    const first = await stage.start();
    const finished = await Promise.all(Array.from({ length: 5 }, () => begin(first, SHORT)));
    await Promise.all(finished.map(({ reader }) => reader.closed));
    const { simulator } = stage;
    for (const provider of simulator.all)
      await provider.fault({ kind: 'stall', held: true, afterTokens: 20, match: TEXT });
    const running = await Promise.all(Array.from({ length: 10 }, () => begin(first, TEXT)));
    await eventually(() => running.every(({ text }) => text().length > 40));

    const { code, said } = await backUp(stage.folder.url, inFolder('copies/monday.db'));
    expect([code, said]).toEqual([0, expect.stringContaining('monday.db')]);
    expect(running.every(({ text }) => text() !== TEXT)).toBe(true);
    simulator.resume();
    await Promise.all(running.map(({ reader }) => reader.closed));
    for (const { text } of running) expect(text()).toBe(TEXT);

    // The copy is a file of its own: nothing beside it belongs to it.
    expect(await readdir(inFolder('copies'))).toEqual(['monday.db']);
    expect(await integrityOf(inFolder('copies/monday.db'))).toBe('ok');
    const second = await stage.start({ DATABASE_URL: `sqlite://${inFolder('copies/monday.db')}` });
    for (const { session } of finished)
      expect(await lastAnswer(second.url, session)).toMatchObject({ status: 'complete', content: SHORT });
    for (const { session } of running) {
      const [question, answer] = await history(second.url, session);
      expect(question).toMatchObject({ role: 'user', content: `echo: ${TEXT}` });
      expect(answer).toMatchObject({ status: 'interrupted' });
      expect(TEXT.startsWith(String(answer?.content))).toBe(true);
    }
    const found = await fetch(`${second.url}/search?user_id=${finished[0]?.session.user_id}&q=short`);
    expect(((await found.json()) as { results: unknown[] }).results).toHaveLength(2);
  });

  it('brings back what was there when it was taken, and nothing later', async () => {
    const first = await stage.start();
    const before = await begin(first, SHORT);
    await before.reader.closed;
    expect(await backUp(stage.folder.url, inFolder('copy.db'))).toMatchObject({ code: 0 });
    const after = await begin(first, SHORT);
    await after.reader.closed;
    // As after a crash: the log of the database that is given up still lies beside it.
    await first.kill();
    expect(await readdir(stage.folder.path)).toContain('rondo.db-wal');

    for (const name of ['rondo.db-wal', 'rondo.db-shm']) await rm(inFolder(name));
    await copyFile(inFolder('copy.db'), stage.folder.file);
    const second = await stage.start();
    expect(await history(second.url, before.session)).toHaveLength(2);
    expect(await history(second.url, after.session)).toEqual([]);
    const again = await begin(second, SHORT);
    await again.reader.closed;
    expect(await second.stop()).toBe(0);
    expect(await integrityOf(stage.folder.file)).toBe('ok');
  });

  it('never overwrites a file, and leaves none behind that is not whole', async () => {
    await (await stage.start()).stop();
    await writeFile(inFolder('there.db'), 'Dear diary');
    expect(await backUp(stage.folder.url, inFolder('there.db'))).toMatchObject({
      code: 1,
      said: expect.stringMatching(/exists/),
    });
    expect(await backUp(stage.folder.url)).toMatchObject({ code: 1, said: expect.stringMatching(/^usage: .*\n$/) });
    expect(await backUp('sqlite::memory:', inFolder('new.db'))).toMatchObject({ code: 1 });
    expect(await backUp(`sqlite://${inFolder('absent.db')}`, inFolder('new.db'))).toMatchObject({
      code: 1,
      said: expect.stringContaining('there is no database at'),
    });
    expect(await backUp(`sqlite://${inFolder('there.db')}`, inFolder('new.db'))).toMatchObject({
      code: 1,
      said: expect.stringMatching(/^no backup of [^\n]*not a database\n$/),
    });
    expect((await readdir(stage.folder.path)).sort()).toEqual(['rondo.db', 'there.db']);
  });
});

/** Runs the command of the built service in a process of its own. */
async function backUp(databaseUrl: string, ...targets: string[]): Promise<{ code: number | null; said: string }> {
  const env = { PATH: process.env['PATH'] ?? '', RONDO_ENV_FILE: '', DATABASE_URL: databaseUrl };
  const child = spawn(process.execPath, ['dist/backup.js', ...targets], { cwd: ROOT, env });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (said += text));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, said };
}

/** What SQLite itself says of a file, beside the service's own reading. */
function integrityOf(file: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const database = new sqlite3.Database(file, sqlite3.OPEN_READONLY);
    database.get('PRAGMA integrity_check', (error, row: { integrity_check: string } | undefined) => {
      database.close();
      if (error === null) resolve(String(row?.integrity_check));
      else reject(error);
    });
  });
}
