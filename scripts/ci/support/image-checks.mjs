import { existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execForm } from './dockerfile.mjs';

/** What can be seen of an image before it runs. @throws Error with all that is wrong. */
export function checkImage({ root, config }, project) {
  const app = join(root, config.workdir);
  const problems = [
    ...packageProblems(app, project),
    ...fileProblems(app),
    ...configProblems(config, JSON.parse(readFileSync(join(project, 'package.json'), 'utf8'))),
  ];
  if (problems.length > 0) throw new Error(`The image:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
  const bytes = filesIn(app).reduce((sum, { stats }) => sum + stats.size, 0);
  console.log(
    `  the image has its packages and nothing else; ${Math.round(bytes / 1e6)} MB beside Node and the system`,
  );
}

/** Every package that is needed is there, none of development or only for other machines. */
function packageProblems(app, project) {
  const { packages } = JSON.parse(readFileSync(join(project, 'package-lock.json'), 'utf8'));
  const entries = Object.entries(packages).filter(([path]) => path !== '');
  const has = (path) => existsSync(join(app, path, 'package.json'));
  const missing = entries.filter(([path, { dev, optional, devOptional, peer }]) => {
    return !dev && !optional && !devOptional && !peer && !has(path);
  });
  const unwanted = entries.filter(
    ([path, { dev, optional, devOptional }]) => (dev || optional || devOptional) && has(path),
  );
  return [
    ...missing.map(([path]) => `${path} is missing`),
    ...unwanted.map(([path]) => `${path} is no package of production`),
  ];
}

/** Nothing that only its writer may read, that others may change, or that is none of the image's business. */
function fileProblems(app) {
  const files = filesIn(app);
  const expected = new Set(['dist', 'healthcheck.mjs', 'node_modules', 'package.json']);
  const surprises = readdirSync(app).filter((name) => !expected.has(name));
  const asRoot = process.getuid?.() === 0;
  const wrong = files.filter(
    ({ stats: { mode, uid } }) => (mode & 0o022) !== 0 || (mode & 0o004) === 0 || (asRoot && uid !== 0),
  );
  return [
    ...surprises.map((name) => `${name} has no place in it`),
    ...wrong
      .slice(0, 5)
      .map(({ path, stats }) => `${path}: mode ${(stats.mode & 0o777).toString(8)}, owner ${stats.uid}`),
    ...(existsSync(join(app, 'dist/simulator')) ? ['it has the simulator'] : []),
  ];
}

function configProblems(config, { version }) {
  const [uid = ''] = (config.user ?? '').split(':');
  return [
    ...(/^[1-9]\d*$/.test(uid) ? [] : ['USER is not a number that anyone can tell from root']),
    ...(config.label['org.opencontainers.image.version'] === version ? [] : [`its version is not ${version}`]),
    ...(execForm(config.entrypoint).length === 0 ? [] : ['something stands between the signals and Node']),
  ];
}

/** All regular files below a folder, with what `lstat` says. */
export function filesIn(folder) {
  return readdirSync(folder, { recursive: true })
    .map((name) => ({ path: name, stats: lstatSync(join(folder, name)) }))
    .filter(({ stats }) => stats.isFile());
}
