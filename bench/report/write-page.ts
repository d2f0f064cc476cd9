import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format } from 'prettier';
import type { BenchResults } from '../results.js';
import { ROOT } from '../root.js';
import { benchmarkPage, notesOf, plotPath } from './page.js';
import { plot } from './plot.js';

const DOCS = join(ROOT, 'docs');

/** Writes `docs/benchmark.md` and the plots that it shows; what was written there by hand stays. */
export async function writePage(results: BenchResults): Promise<void> {
  mkdirSync(join(DOCS, 'images'), { recursive: true });
  for (const curve of results.growth) writeFileSync(join(DOCS, plotPath(curve.name)), plot(curve));
  const page = join(DOCS, 'benchmark.md');
  const notes = existsSync(page) ? notesOf(readFileSync(page, 'utf8')) : '';
  writeFileSync(
    page,
    await format(benchmarkPage(results, notes), { parser: 'markdown', printWidth: 120, proseWrap: 'always' }),
  );
  console.log(`written: ${page}`);
}
