// Installs Rondo as docs/operations.md says for systemd, but into a temporary folder, and starts what deploy/rondo.service
// says, as it says, without systemd: which programs, variables and folders. The unit itself is judged by
// `systemd-analyze`, where there is one. Needs a build.
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkBackup } from './support/backup-checks.mjs';
import { Children, fail } from './support/children.mjs';
import { startSimulator } from './support/simulator.mjs';
import { UnitService } from './support/unit-service.mjs';

/** In tenths: what `systemd-analyze security` calls OK ends at 5.0. */
const HIGHEST_EXPOSURE = '20';

const children = new Children();
const folder = mkdtempSync(join(tmpdir(), 'rondo-systemd-'));
try {
  chmodSync(folder, 0o755);
  const unit = inFolder(readFileSync('deploy/rondo.service', 'utf8'));
  await install();
  await judge(unit);
  const service = new UnitService({ unit, variables: (await startSimulator(children)).env, inFolder, children });
  await service.start();
  await checkBackup(service, 'under systemd');
  await service.stop();
  console.log('What deploy/rondo.service starts runs as it should.');
} catch (error) {
  fail(error);
} finally {
  await children.killAll();
  rmSync(folder, { recursive: true, force: true });
}

/** What set-up and build have made, then without the packages of development. */
async function install() {
  const program = join(folder, 'opt/rondo');
  mkdirSync(program, { recursive: true });
  copyPackages('node_modules', join(program, 'node_modules'));
  const list = 'node_modules/.package-lock.json';
  for (const name of [list, 'dist', 'package.json', 'package-lock.json', '.npmrc']) {
    cpSync(name, join(program, name), { recursive: true });
  }
  const [prune] = /npm prune[^\n]*/.exec(readFileSync('docs/operations.md', 'utf8')) ?? ['false'];
  await children.run('sh', ['-c', prune], { cwd: program });
  if (existsSync(join(program, 'node_modules/jest'))) throw new Error('npm prune left packages of development');
  mkdirSync(join(folder, 'etc/rondo'), { recursive: true });
}

/** Links to them where that is possible, as copying takes long: npm only removes packages. */
function copyPackages(from, to) {
  mkdirSync(to);
  const names = readdirSync(from).filter((name) => name === '.bin' || !name.startsWith('.'));
  const paths = names.map((name) => join(from, name));
  if (spawnSync('cp', ['-al', ...paths, to]).status === 0) return;
  for (const [index, path] of paths.entries()) {
    cpSync(path, join(to, names[index]), { recursive: true, verbatimSymlinks: true });
  }
}

async function judge(unit) {
  const file = join(folder, 'rondo.service');
  writeFileSync(file, unit);
  if (spawnSync('systemd-analyze', ['--version']).status !== 0) {
    console.log('  not run: systemd-analyze (not installed)');
    return;
  }
  const warnings = await children.run('systemd-analyze', ['verify', file]);
  if (warnings.includes('rondo.service')) throw new Error(`systemd-analyze verify:\n${warnings}`);
  const limit = `--threshold=${HIGHEST_EXPOSURE}`;
  const said = await children.run('systemd-analyze', ['security', '--offline=true', limit, file]);
  console.log(`  ${/exposure level[^:]*: \S+/.exec(said)?.[0] ?? said.split('\n').at(-1)}`);
}

/** The paths of the document and the unit, in the temporary folder. */
function inFolder(text) {
  return text.replaceAll(/(?<![\w/])\/(?=(opt|var|etc)\/)|(?<=:\/\/)\/(?=var\/)/g, `${folder}/`);
}
