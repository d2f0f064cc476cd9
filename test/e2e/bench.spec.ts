import { beforeAll, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { summarize } from '../../bench/report/summary.js';
import type { BenchResults } from '../../bench/results.js';

const run = promisify(execFile);
const ROOT = resolve(import.meta.dirname, '../..');
const TINY = ['--streams', '3', '--pace', '5', '--tokens', '20', '--seconds', '1', '--rounds', '1'];

/** Runs the compiled benchmark; whether it is fast is nobody's business here. */
async function bench(...args: string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'rondo-bench-test-'));
  const file = join(folder, 'results.json');
  try {
    const { stdout } = await run(process.execPath, ['dist/bench/bench/main.js', ...args, '--out', file], { cwd: ROOT });
    return { stdout, results: JSON.parse(readFileSync(file, 'utf8')) as BenchResults };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** It reads /proc. */
const onLinux = process.platform === 'linux' ? it : it.failing;

describe('the benchmark', () => {
  beforeAll(async () => {
    const compiler = join(ROOT, 'node_modules/typescript/bin/tsc');
    await run(process.execPath, [compiler, '-p', 'bench/tsconfig.json', '--noCheck'], { cwd: ROOT });
  }, 120_000);

  onLinux(
    'runs a round of pipe and Rondo, checks their answers, and tells what it found as a table and as JSON',
    async () => {
      const { stdout, results } = await bench('--targets', 'pipe,rondo', ...TINY);
      const [scenario] = results.scenarios;
      expect(scenario?.targets.map(({ target }) => target)).toEqual(['pipe', 'rondo']);
      for (const { rounds } of scenario!.targets) {
        const [only] = rounds;
        expect(rounds).toHaveLength(1);
        expect(only!.load.errors).toEqual({});
        expect(only!.load.answers).toBeGreaterThanOrEqual(3);
        expect(only!.load.answers).toBe(only!.upstream.answers);
        expect(only!.upstream).toMatchObject({ events: only!.upstream.answers * 24, abandoned: 0 });
        expect(only!.peakRssKb).toBeGreaterThan(10_000);
        expect(only!.cpuUsPerEvent).toBeCloseTo((only!.cpuMs * 1000) / only!.upstream.events);
      }
      const [pipe, rondo] = summarize(scenario!);
      expect(rondo?.cpuRatio?.median).toBeCloseTo(rondo!.cpuUsPerEvent / pipe!.cpuUsPerEvent);
      expect(stdout).toMatch(/\| pipe .* 0 \|\n\| rondo .* 0 \|/);
    },
    120_000,
  );

  it('says how it is used when it is asked for what it does not know', async () => {
    await expect(bench('--targets', 'nobody')).rejects.toThrow(/there is no nobody: choose of pipe,rondo.*usage/s);
  });
});
