import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

const ROOT = join(import.meta.dirname, '..', '..', '..');
let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rondo-setup-'));
  cpSync(join(ROOT, 'scripts'), join(folder, 'scripts'), { recursive: true });
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** Runs in a project of its own, on this Node, whatever npm started the tests. */
function setUp(): { status: number | null; output: string } {
  const env = { ...process.env, HOME: folder, npm_config_offline: 'true', npm_node_execpath: process.execPath };
  const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/setup.mjs'], {
    encoding: 'utf8',
    cwd: folder,
    env,
  });
  return { status, output: stdout + stderr };
}

function writeProject(dependencies: Record<string, string>, packages: Record<string, object>): void {
  const project = { name: 'project', version: '1.0.0', dependencies };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(project));
  const lock = { ...project, lockfileVersion: 3, requires: true, packages: { '': project, ...packages } };
  writeFileSync(join(folder, 'package-lock.json'), JSON.stringify(lock));
}

/** As if npm had installed a package and compiled it. */
function installSqlite(): void {
  const installed = join(folder, 'node_modules', 'sqlite3');
  mkdirSync(join(installed, 'build', 'Release'), { recursive: true });
  writeFileSync(
    join(installed, 'package.json'),
    JSON.stringify({ name: 'sqlite3', version: '6.0.1', main: 'index.js' }),
  );
  writeFileSync(join(installed, 'index.js'), '');
  writeFileSync(join(installed, 'build', 'Release', 'node_sqlite3.node'), '');
  cpSync(join(folder, 'package-lock.json'), join(folder, 'node_modules', '.package-lock.json'));
}

const SQLITE = { 'node_modules/sqlite3': { version: '6.0.1', integrity: 'sha512-AAAA' } };

describe('set-up', () => {
  it('says nothing and installs nothing where everything is there', () => {
    writeProject({ sqlite3: '6.0.1' }, SQLITE);
    installSqlite();
    expect(setUp()).toEqual({ status: 0, output: '' });
    expect(setUp()).toEqual({ status: 0, output: '' });
  });

  it('does not take a tree for up to date that another lock file made', () => {
    writeProject({ sqlite3: '6.0.1' }, SQLITE);
    installSqlite();
    setUp();
    writeProject({ sqlite3: '6.0.2' }, { 'node_modules/sqlite3': { version: '6.0.2', integrity: 'sha512-BBBB' } });
    expect(setUp()).toMatchObject({ status: 1, output: expect.stringContaining('Installing packages') });
  });

  it('installs again what `npm prune` took away', () => {
    writeProject(
      { sqlite3: '6.0.1' },
      { ...SQLITE, 'node_modules/tool': { version: '1.0.0', integrity: 'sha512-CCCC' } },
    );
    installSqlite();
    mkdirSync(join(folder, 'node_modules', 'tool'));
    expect(setUp()).toEqual({ status: 0, output: '' });
    const list = join(folder, 'node_modules', '.package-lock.json');
    writeFileSync(list, JSON.stringify({ packages: SQLITE }));
    rmSync(join(folder, 'node_modules', 'tool'), { recursive: true });
    expect(setUp()).toMatchObject({ status: 1, output: expect.stringContaining('Installing packages') });
  });

  it("shows npm's own reason when the packages cannot be installed", () => {
    writeProject({ sqlite3: '6.0.1' }, {});
    const { status, output } = setUp();
    expect(status).toBe(1);
    // Which one depends on what npm has in its cache.
    expect(output).toMatch(/^npm error code E\w+$/m);
    expect(output).toContain('Installing packages (npm ci): failed (exit code 1)');
  });

  it('tells what compiling takes when sqlite3 cannot be had', () => {
    writeProject({}, {});
    const { status, output } = setUp();
    expect(status).toBe(1);
    expect(output).toContain('Python 3, make and a C++ compiler');
  });
});
