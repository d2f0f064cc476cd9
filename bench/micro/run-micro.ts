import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { MICRO_RESULTS } from './micro-file.js';
import type { MicroResult } from './measure-case.js';

/** What measuring allocations needs: collecting by hand, and room so that nothing is collected in between. */
const NODE_OPTIONS = ['--expose-gc', '--max-semi-space-size=256'];

/** Runs the steps in a process with the options that they need; its table is on stdout. */
export async function runMicro(): Promise<MicroResult[]> {
  const script = fileURLToPath(new URL('./measure-steps.js', import.meta.url));
  const child = spawn(process.execPath, [...NODE_OPTIONS, script], { stdio: 'inherit' });
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error('measuring the steps one by one failed');
  const { results } = JSON.parse(readFileSync(MICRO_RESULTS, 'utf8')) as { results: MicroResult[] };
  return results;
}
