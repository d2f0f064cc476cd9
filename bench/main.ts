import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { growthOfHistory } from './growth/history-growth.js';
import { growthOfAnswers, growthOfStreams } from './growth/load-growth.js';
import type { Helpers } from './measure/round.js';
import { runScenario, type ScenarioResult } from './measure/scenario-run.js';
import { runMicro } from './micro/run-micro.js';
import { readOptions, USAGE, UsageError, type BenchOptions } from './options.js';
import { preferThis } from './processes/preference.js';
import { withHelpers } from './processes/with-helpers.js';
import { goalResults } from './report/goals.js';
import { helpersLine } from './report/helpers-line.js';
import { machine } from './report/machine.js';
import { revision } from './report/revision.js';
import { summarize } from './report/summary.js';
import { heading, remarks, table } from './report/table.js';
import { writePage } from './report/write-page.js';
import type { BenchResults } from './results.js';
import { ROOT } from './root.js';
import { measureStart } from './start/start-measure.js';
import { PIPE } from './targets/pipe.js';
import { RONDO } from './targets/rondo.js';
import type { Surroundings } from './targets/target.js';

/**
 * `npm run bench`: measures, prints tables, writes the results as JSON. `npm run bench -- --page` measures everything and
 * writes docs/benchmark.md with its plots: that is the one command that renews the page.
 */
async function run(options: BenchOptions): Promise<void> {
  if (process.platform !== 'linux') throw new UsageError('The benchmark reads /proc: it runs on Linux only.');
  // Every process that is started from here on has the same priority, targets and helpers alike.
  if (options.prefer) process.once('exit', preferThis());
  const startedAt = new Date();
  const measured = await withHelpers((where, helpers) => measure(options, where, helpers));
  const minutes = (Date.now() - startedAt.getTime()) / 60_000;
  const about = { startedAt: startedAt.toISOString(), minutes, revision: revision(), machine: machine() };
  const results: BenchResults = { ...about, preferred: options.prefer, ...measured };
  const out = resolve(ROOT, options.out);
  mkdirSync(dirname(out), { recursive: true });
  const summaries = results.scenarios.map((result) => ({ scenario: result.scenario.name, targets: summarize(result) }));
  writeFileSync(out, `${JSON.stringify({ goals: goalResults(results), summaries, ...results }, null, 1)}\n`);
  console.log(`\n${minutes.toFixed(1)} minutes; all figures: ${out}`);
  if (options.page) await writePage(results);
}

async function measure(
  { scenarios: chosen, parts }: BenchOptions,
  where: Surroundings,
  helpers: Helpers,
): Promise<Pick<BenchResults, 'scenarios' | 'start' | 'growth' | 'micro'>> {
  const scenarios: ScenarioResult[] = [];
  for (const { scenario, targets } of chosen) {
    console.error(`${heading(scenario)} …`);
    const result = await runScenario(scenario, targets, where, helpers);
    scenarios.push(result);
    show(result);
  }
  const start = parts.includes('start') ? await measureStart(where) : [];
  const growth = parts.includes('growth')
    ? [
        await growthOfStreams([PIPE, RONDO], where, helpers),
        await growthOfAnswers([PIPE, RONDO], where, helpers),
        ...(await growthOfHistory(where, helpers)),
      ]
    : [];
  const micro = parts.includes('micro') ? await runMicro() : [];
  return { scenarios, start, growth, micro };
}

function show(result: ScenarioResult): void {
  const summaries = summarize(result);
  console.log(`\n## ${heading(result.scenario)}\n\n${table(summaries)}\n`);
  for (const remark of [...remarks(summaries), helpersLine(result)]) console.log(`- ${remark}`);
}

try {
  const options = readOptions(process.argv.slice(2));
  if (options.from === undefined) await run(options);
  else await writePage(JSON.parse(readFileSync(resolve(ROOT, options.from), 'utf8')) as BenchResults);
} catch (error) {
  console.error(error instanceof UsageError ? `${error.message}\n\n${USAGE}` : error);
  process.exitCode = 1;
}
