import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { freshSession } from '../support/conversations.js';
import { allEvents, ask } from '../support/events.js';
import { ROOT } from '../support/markdown-docs.js';
import { useServices } from '../support/service-stage.js';

/** What most machines have: what is made is readable for everybody. */
const USUAL_UMASK = 0o022;

const stage = useServices();
let umaskBefore: number;
beforeEach(() => {
  umaskBefore = process.umask(USUAL_UMASK);
});
afterEach(() => {
  process.umask(umaskBefore);
});

/** Runs a built program with nothing of this machine's environment, in a folder of its own. */
async function run(program: string, args: readonly string[], env: Record<string, string> = {}) {
  const child = spawn(process.execPath, [path.join(ROOT, 'dist', program), ...args], {
    cwd: stage.folder.path,
    env: { PATH: process.env['PATH'] ?? '', RONDO_ENV_FILE: '', ...env },
  });
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { stdout, stderr, code: code as number | null };
}

/** The files of a folder, itself among them, with what others than the owner may do. */
function rightsOfOthers(top: string): [name: string, rights: string][] {
  const names = ['', ...readdirSync(top, { recursive: true, encoding: 'utf8' })];
  return names.map((name) => [name, (statSync(path.join(top, name)).mode & 0o077).toString(8)]);
}

if (process.platform === 'win32') console.log('not run: rights of files (Windows keeps them elsewhere)');
else
  describe('what is written to the disk', () => {
    it('is for the eyes of its owner alone, copies included', async () => {
      const data = path.join(stage.folder.path, 'data');
      const service = await stage.start({ DATABASE_URL: `sqlite://${data}/rondo.db` });
      await allEvents(await ask(service.url, freshSession()));
      const backup = await run('backup.js', [path.join(data, 'copies/monday.db')], {
        DATABASE_URL: `sqlite://${data}/rondo.db`,
      });
      expect(backup).toMatchObject({ code: 0 });
      const found = rightsOfOthers(data);
      expect(found.map(([name]) => name)).toEqual(
        expect.arrayContaining(['', 'rondo.db', 'rondo.db-wal', 'rondo.db-shm', 'copies', 'copies/monday.db']),
      );
      expect(found.filter(([, rights]) => rights !== '0')).toEqual([]);
      expect(await service.stop()).toBe(0);
    });

    it('is closed to others, with a warning, where an earlier version left it open', async () => {
      const before = await stage.start();
      expect(await before.stop()).toBe(0);
      chmodSync(stage.folder.file, 0o644);
      const after = await stage.start();
      await allEvents(await ask(after.url, freshSession()));
      expect(rightsOfOthers(stage.folder.path).filter(([, rights]) => rights !== '0')).toEqual([]);
      expect(await after.stop()).toBe(0);
      const warnings = after.logLines().filter(({ level }) => level === 'warn');
      expect(warnings).toMatchObject([{ msg: expect.stringMatching(/could read .*rondo\.db; now only its owner/) }]);
    });

    it('stays open to a group that was let in on purpose', async () => {
      const before = await stage.start();
      expect(await before.stop()).toBe(0);
      chmodSync(stage.folder.file, 0o640);
      const after = await stage.start();
      expect(statSync(stage.folder.file).mode & 0o777).toBe(0o640);
      expect(await after.stop()).toBe(0);
      expect(after.logLines().filter(({ level }) => level === 'warn')).toEqual([]);
    });
  });

describe.each([
  ['main.js', 'Starts Rondo'],
  ['backup.js', 'NEW_FILE'],
])('dist/%s', (program, says) => {
  afterEach(() => expect(readdirSync(stage.folder.path)).toEqual([]));

  it('tells its version and how it is called, and does nothing else', async () => {
    const [version, help] = await Promise.all([run(program, ['--version']), run(program, ['--help'])]);
    expect(version).toEqual({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\S*\n$/), stderr: '' });
    expect(help).toEqual({ code: 0, stdout: expect.stringContaining(`usage: node dist/${program}`), stderr: '' });
    expect(help.stdout).toContain(says);
  });

  it('refuses an unknown option with code 2 and a sentence', async () => {
    const calls = [['--hlep'], ['new.db', '-f']];
    const results = await Promise.all(calls.map((args) => run(program, args, { DATABASE_URL: stage.folder.url })));
    for (const { code, stdout, stderr } of results) {
      expect([code, stdout]).toEqual([2, '']);
      expect(stderr).toMatch(/^unknown option "-\S+"; options: --help, --version\n[^]*usage: /);
    }
  });
});

it('dist/main.js takes no arguments', async () => {
  mkdirSync(path.join(stage.folder.path, 'x'));
  expect(await run('main.js', ['x'])).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/^"x": it takes no arg/),
  });
});
