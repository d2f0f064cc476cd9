// Installs what is missing, so that `npm run demo`, `npm start` and `npm test` need nothing done before. Plain Node, no
// dependencies: it runs before there are any. A run with nothing to do takes a few milliseconds.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runStep, StepError } from './run-step.mjs';

const LOWEST_TO_INSTALL = [20, 19];
const LOWEST_TO_RUN = 24;
const COMPILER_HINT = `sqlite3 found no prebuilt binary that it could fetch, and compiling it failed. That takes Python 3, make and a C++ compiler:
  Debian, Ubuntu   apt-get install python3 make g++
  macOS            xcode-select --install
  Windows          the "Desktop development with C++" workload of the Visual Studio Build Tools
Then run the command again.`;

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const modules = join(root, 'node_modules');
const stampFile = join(modules, '.rondo-setup');
/** npm's own list of what it installed last. */
const installedList = join(modules, '.package-lock.json');
const isWindows = process.platform === 'win32';
/** The package that carries Node 24 for this kind of machine, where there is one. */
const runtime = join(modules, `node-${isWindows ? 'win' : process.platform}-${process.arch}`);
const runtimeBinary = join(runtime, 'bin', isWindows ? 'node.exe' : 'node');
const sqliteBinary = join(modules, 'sqlite3', 'build', 'Release', 'node_sqlite3.node');

try {
  if (!isUpToDate()) await setUp();
} catch (error) {
  if (!(error instanceof StepError)) throw error;
  console.error(`\n${error.message}`);
  process.exitCode = 1;
}

function isUpToDate() {
  const files = [sqliteBinary, installedList, stampFile];
  return files.every((file) => existsSync(file)) && readFileSync(stampFile, 'utf8') === stamp();
}

/** What the installed tree was made from, what is in it (`npm prune` takes packages out), and what it is for. */
function stamp() {
  const hash = createHash('sha256');
  for (const file of [join(root, 'package-lock.json'), installedList]) hash.update(readFileSync(file));
  return hash.update(`${process.platform} ${process.arch}`).digest('hex');
}

async function setUp() {
  requireNode(LOWEST_TO_INSTALL, process.versions.node);
  rmSync(stampFile, { force: true });
  if (!treeMatchesLock()) await installPackages();
  await checkRuntime();
  if (!(await sqliteLoads())) await buildSqlite();
  writeFileSync(stampFile, stamp());
}

function requireNode(lowest, version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > lowest[0] || (major === lowest[0] && minor >= lowest[1])) return;
  throw new StepError(`Setting up needs Node ${lowest.join('.')} or newer; this is ${version}. See https://nodejs.org`);
}

/** npm writes its list last, so there is none after an installation that broke off. */
function treeMatchesLock() {
  if (!existsSync(installedList)) return false;
  const installed = packagesOf(installedList);
  return Object.entries(packagesOf(join(root, 'package-lock.json'))).every(([path, wanted]) => {
    const found = installed[path];
    if (path === '' || (wanted.optional && found === undefined)) return true;
    return found?.version === wanted.version && found.integrity === wanted.integrity && existsSync(join(root, path));
  });
}

function packagesOf(lockFile) {
  return JSON.parse(readFileSync(lockFile, 'utf8')).packages ?? {};
}

async function installPackages() {
  // Windows cannot delete a running program, and this may be running on the Node that `npm ci` would delete.
  const onInstalledNode = isWindows && process.execPath.startsWith(modules);
  const how = onInstalledNode ? ['install', '--no-save'] : ['ci'];
  const [command, ...args] = npm(...how, '--ignore-scripts', '--no-audit', '--no-fund');
  await runStep('Installing packages (npm ci)', command, args, { cwd: root });
}

/** The packages' Node must start here; else the machine's own must be new enough. */
async function checkRuntime() {
  if (existsSync(runtimeBinary)) {
    const starts = await runStep(undefined, runtimeBinary, ['--version'], { cwd: root }).catch(() => false);
    if (starts !== false) return;
    // A C library other than glibc, say. npm puts this link before the machine's Node.
    for (const name of ['node', 'node.cmd', 'node.ps1']) rmSync(join(modules, '.bin', name), { force: true });
  }
  const version = await runStep(undefined, machineNode(), ['--version'], { cwd: root });
  if (Number(/^v(\d+)/.exec(version)?.[1]) >= LOWEST_TO_RUN) return;
  const kind = `${process.platform}-${process.arch}`;
  throw new StepError(
    `Rondo runs on Node ${LOWEST_TO_RUN}. No npm package that runs on this machine (${kind}) carries it, and the ` +
      `machine's own is ${version.trim()}: please install Node ${LOWEST_TO_RUN}. See https://nodejs.org`,
  );
}

async function sqliteLoads() {
  if (!existsSync(sqliteBinary)) return false;
  const node = existsSync(runtimeBinary) ? runtimeBinary : machineNode();
  return runStep(undefined, node, ['-e', "require('sqlite3')"], { cwd: root }).then(
    () => true,
    () => false,
  );
}

async function buildSqlite() {
  const [command, ...args] = npm('rebuild', 'sqlite3', '--foreground-scripts');
  const env = { ...process.env, JOBS: process.env.JOBS ?? 'max' };
  // The headers come with the runtime, so that compiling fetches none.
  if (existsSync(join(runtime, 'include', 'node', 'node.h')) && !isWindows) env.npm_config_nodedir = runtime;
  await runStep(
    'Fetching or compiling sqlite3 (compiling takes about two minutes)',
    command,
    args,
    { cwd: root, env },
    COMPILER_HINT,
  );
  if (!(await sqliteLoads())) throw new StepError(`sqlite3 was installed but does not load.\n${COMPILER_HINT}`);
}

/** The Node that runs npm; `process.execPath` may be the one in `node_modules`, which an installation replaces. */
function machineNode() {
  return process.env.npm_node_execpath ?? process.execPath;
}

/** npm as a command and its arguments: the one that runs this script, else the one beside this Node, else the one on PATH. */
function npm(...words) {
  // `npm --silent test` would silence this npm too, and with it the reason of a failure.
  const args = [...words, '--loglevel=warn'];
  const beside = ['../lib/node_modules/npm/bin/npm-cli.js', 'node_modules/npm/bin/npm-cli.js'];
  const candidates = beside.map((path) => resolve(dirname(process.execPath), path));
  const fromNpm = process.env.npm_execpath;
  if (fromNpm !== undefined && basename(fromNpm).startsWith('npm')) candidates.unshift(fromNpm);
  const script = candidates.find((path) => path.endsWith('.js') && existsSync(path));
  return script === undefined ? [isWindows ? 'npm.cmd' : 'npm', ...args] : [machineNode(), script, ...args];
}
