// Installs what Rondo is measured against into this folder, once. A peer that can't be installed is left out of the
// benchmark, which says so: that is no reason to stop.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runStep } from '../../scripts/run-step.mjs';

const folder = import.meta.dirname;
const lock = readFileSync(join(folder, 'package-lock.json'), 'utf8');
const installed = join(folder, 'node_modules', '.installed');

if (!existsSync(installed) || readFileSync(installed, 'utf8') !== lock) {
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=warn'];
  const { npm_execpath: script, npm_node_execpath: node } = process.env;
  const [command, ...before] = script?.endsWith('.js') && node !== undefined ? [node, script] : ['npm'];
  try {
    await runStep("Installing the benchmark's peers (npm ci)", command, [...before, ...args], { cwd: folder });
    writeFileSync(installed, lock);
  } catch (error) {
    console.error(`${error.message}\nThe benchmark goes on without the peers that are missing.`);
  }
}
