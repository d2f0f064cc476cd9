// Runs the suites: `node scripts/test.mjs` all of them, `node scripts/test.mjs faults browser` those named. What measures
// time (`*.timed.spec.ts`) runs after the others and one file at a time, so that it shares the machine with no other suite.
import { spawn } from 'node:child_process';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

const TIMED = '\\.timed\\.spec\\.ts$';
/** A worker even for one at a time: it is restarted past this size, while Jest's own process would only grow. */
const ONE_AT_A_TIME = ['--maxWorkers=1', '--workerIdleMemoryLimit=512MB'];

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const names = process.argv.slice(2);
const projects = names.length === 0 ? [] : ['--selectProjects', ...names];
const side = await jest([...projects, '--testPathIgnorePatterns', '/node_modules/', '/dist/', TIMED]);
const timed = await jest([...projects, ...ONE_AT_A_TIME, '--testPathPatterns', TIMED]);
process.exitCode = side || timed;

/** Resolves with Jest's exit code. */
function jest(args) {
  const options = ['--experimental-vm-modules', '--no-warnings', 'node_modules/jest/bin/jest.js', '--passWithNoTests'];
  const child = spawn(process.execPath, [...options, ...args], { cwd: root, stdio: 'inherit' });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 1));
  });
}
