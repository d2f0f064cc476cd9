// `npm run check`: every check of the source side by side, the outcome of all of them at the end. `npm run check -- lint`
// runs those whose name begins so.
import { availableParallelism } from 'node:os';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runStep } from './run-step.mjs';

const TYPE_SCRIPT_PROJECTS = [
  'tsconfig.json',
  'simulator/tsconfig.json',
  'client/tsconfig.json',
  'bench/tsconfig.json',
  'test/tsconfig.json',
];
const CHECKS = [
  ['lint', 'eslint/bin/eslint.js', '.', '--max-warnings', '0'],
  ...TYPE_SCRIPT_PROJECTS.map((project) => [`types (${project})`, 'typescript/bin/tsc', '-p', project, '--noEmit']),
  ['format', 'prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', '.'],
  [
    'boundaries',
    'dependency-cruiser/bin/dependency-cruise.mjs',
    '--config',
    '.dependency-cruiser.mjs',
    'src',
    'simulator',
    'client/src',
    'bench',
  ],
  ['unused code', 'knip/bin/knip.js'],
];

const cwd = dirname(dirname(fileURLToPath(import.meta.url)));
const [wanted = ''] = process.argv.slice(2);
const chosen = CHECKS.filter(([title]) => title.startsWith(wanted));
const waiting = [...chosen];
const failures = [];
await Promise.all(Array.from({ length: Math.max(2, availableParallelism()) }, work));
for (const { message } of failures) console.error(`\n${message}`);
console.log(`${chosen.length - failures.length} of ${chosen.length} checks passed`);
process.exitCode = failures.length === 0 ? 0 : 1;

async function work() {
  for (let check = waiting.shift(); check !== undefined; check = waiting.shift()) {
    const [title, script, ...args] = check;
    const program = fileURLToPath(new URL(`../node_modules/${script}`, import.meta.url));
    await runStep(title, process.execPath, [program, ...args], { cwd }).catch((error) => failures.push(error));
  }
}
