// Takes the steps of deploy/Dockerfile one by one where no container engine runs, starts what comes out of them as a
// container would, and looks whether it serves, keeps its record, and writes nothing but that. Needs a build and, for
// all of it, root on Linux; it reports what it could not do. `--whole` takes also the slow steps that set-up took before.
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Children, fail } from './support/children.mjs';
import { checkContainer } from './support/container-checks.mjs';
import { checkImage } from './support/image-checks.mjs';
import { ImageBuilder } from './support/image-builder.mjs';
import { Sandbox } from './support/sandbox.mjs';

const project = resolve(import.meta.dirname, '../..');
const SQLITE_BINARY = 'node_modules/sqlite3/build/Release/node_sqlite3.node';
const NOT_HERE = [{ pattern: /^apt-get /, why: 'the compilers are those of this machine' }];
const TAKEN_BEFORE = [
  {
    pattern: /^npm ci --ignore-scripts$/,
    why: 'set-up ran the same from the same lock file; its node_modules are used',
    take: (cwd) => linkPackages(join(project, 'node_modules'), join(cwd, 'node_modules')),
  },
  {
    pattern: /^JOBS=.* npm run --prefix node_modules\/sqlite3 rebuild$/,
    why: 'set-up made the same version for the same Node; its binary is used',
    take: (cwd) => {
      mkdirSync(join(cwd, SQLITE_BINARY, '..'), { recursive: true });
      cpSync(join(project, SQLITE_BINARY), join(cwd, SQLITE_BINARY));
    },
  },
];

const children = new Children();
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'rondo-container-')));
try {
  const image = await buildImage();
  checkImage(image, project);
  await checkContainer(image, children);
  for (const what of image.sandbox.missing) console.log(`  not so here: ${what}`);
  console.log('The steps of deploy/Dockerfile make a service that runs as it should.');
} catch (error) {
  fail(error);
} finally {
  await children.killAll();
  spawnSync('chmod', ['-R', 'u+w', folder]);
  rmSync(folder, { recursive: true, force: true });
}

/** One by one: what a build puts beside them, in hidden folders, stays in the stage. */
function linkPackages(from, to) {
  mkdirSync(to);
  const names = readdirSync(from).filter((name) => name === '.bin' || !name.startsWith('.'));
  for (const name of names) symlinkSync(join(from, name), join(to, name));
}

/** `{ root, config, sandbox, volume }`: the tree, what the Dockerfile says of it, how to run in it, its /data. */
async function buildImage() {
  console.log('deploy/Dockerfile, step by step:');
  // Another user has to get through.
  chmodSync(folder, 0o755);
  const standIns = process.argv.includes('--whole') ? NOT_HERE : [...NOT_HERE, ...TAKEN_BEFORE];
  const builder = new ImageBuilder({ project, folder, standIns, children });
  const volume = join(folder, 'volume');
  let sandbox;
  const root = await builder.build(join(project, 'deploy/Dockerfile'), async (line, imageRoot) => {
    sandbox ??= new Sandbox({ root: imageRoot, volume });
    return sandbox.build(line, children);
  });
  sandbox.finish(builder.config);
  return { root, volume, sandbox, config: builder.config };
}
