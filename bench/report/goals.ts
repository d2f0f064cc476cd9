import type { RoundResult } from '../measure/round.js';
import type { ScenarioResult, TargetResult } from '../measure/scenario-run.js';
import { median } from '../measure/statistics.js';
import type { BenchResults } from '../results.js';
import {
  ANSWERS_PER_SECOND,
  CPU,
  differences,
  FIRST_TOKEN_P50,
  FIRST_TOKEN_P99,
  ratios,
  type Pick,
} from './compare.js';

/** One thing that is to be true of Rondo. */
interface Goal {
  what: string;
  /** What it must not exceed, or reach. */
  limit: number;
  atLeast?: true;
  unit: string;
  /** Undefined where this run has no figure for it. */
  measured: (results: BenchResults) => number | undefined;
}

export interface GoalResult {
  what: string;
  goal: string;
  measured: number | undefined;
  unit: string;
  met: boolean | undefined;
}

const RONDO = 'rondo';
const GOALS: readonly Goal[] = [
  {
    what: 'CPU per event, 10 ms a token, to the bare pipe',
    limit: 1.1,
    unit: '×',
    measured: (results) => ratio(results, '10ms-100', 'pipe', CPU),
  },
  {
    what: 'CPU per event, 2 ms a token, to the bare pipe',
    limit: 0.8,
    unit: '×',
    measured: (results) => ratio(results, '2ms-100', 'pipe', CPU),
  },
  {
    what: 'CPU per event, 10 ms a token, to Portkey',
    limit: 0.6,
    unit: '×',
    measured: (results) => ratio(results, '10ms-100', 'portkey', CPU),
  },
  {
    what: 'CPU per event, 10 ms a token, to the AI SDK',
    limit: 0.3,
    unit: '×',
    measured: (results) => ratio(results, '10ms-100', 'ai-sdk', CPU),
  },
  {
    what: 'Added time to the first token, 100 streams, p50, beyond the bare pipe',
    limit: 3,
    unit: 'ms',
    measured: (results) => beyond(results, '10ms-100', 'pipe', FIRST_TOKEN_P50),
  },
  {
    what: 'Added time to the first token, 100 streams, p99, to the bare pipe',
    limit: 1.5,
    unit: '×',
    measured: (results) => ratio(results, '10ms-100', 'pipe', FIRST_TOKEN_P99),
  },
  {
    what: 'Whole answers a second, 10 at once, to Portkey',
    limit: 2.5,
    atLeast: true,
    unit: '×',
    measured: (results) => ratio(results, 'instant-10', 'portkey', ANSWERS_PER_SECOND),
  },
  { what: 'Errors, 2,000 streams', limit: 0, unit: '', measured: (results) => errors(results, '20ms-2000') },
  {
    what: 'RSS per open stream over the idle process, 2,000 streams',
    limit: 30,
    unit: 'KB',
    measured: (results) => rssPerStream(results, '20ms-2000'),
  },
  {
    what: 'Event-loop delay, p99, 2,000 streams',
    limit: 50,
    unit: 'ms',
    measured: (results) => middle(results, '20ms-2000', ({ eventLoopDelayP99Ms }) => eventLoopDelayP99Ms),
  },
  { what: 'Idle RSS to the same packages without Rondo', limit: 1.15, unit: '×', measured: idleRatio },
  { what: 'Ready after', limit: 3000, unit: 'ms', measured: (results) => started(results, RONDO)?.readyMs.median },
  { what: 'CPU of a page of history, 1,000,000 messages', limit: 5, unit: 'ms', measured: pageOfLargest },
];

/** What was to be true, and whether it was in this run. */
export function goalResults(results: BenchResults): GoalResult[] {
  return GOALS.map(({ what, limit, atLeast, unit, measured: measure }) => {
    const value = measure(results);
    const measured = value === undefined || Number.isNaN(value) ? undefined : value;
    const met = measured === undefined ? undefined : atLeast ? measured >= limit : measured <= limit;
    return { what, goal: `${atLeast ? '≥' : '≤'} ${limit}`, measured, unit, met };
  });
}

function find(results: BenchResults, name: string): ScenarioResult | undefined {
  return results.scenarios.find(({ scenario }) => scenario.name === name);
}

function targetOf(results: BenchResults, scenario: string, name: string): TargetResult | undefined {
  return find(results, scenario)?.targets.find(({ target }) => target === name);
}

function compared(compare: typeof ratios, results: BenchResults, scenario: string, base: string, pick: Pick) {
  const rondo = targetOf(results, scenario, RONDO);
  const other = targetOf(results, scenario, base);
  return rondo === undefined || other === undefined ? undefined : compare(rondo, other, pick)?.median;
}

function ratio(results: BenchResults, scenario: string, base: string, pick: Pick): number | undefined {
  return compared(ratios, results, scenario, base, pick);
}

function beyond(results: BenchResults, scenario: string, base: string, pick: Pick): number | undefined {
  return compared(differences, results, scenario, base, pick);
}

function roundsOf(results: BenchResults, scenario: string): RoundResult[] {
  return targetOf(results, scenario, RONDO)?.rounds ?? [];
}

function middle(results: BenchResults, scenario: string, pick: (round: RoundResult) => number | undefined): number {
  return median(roundsOf(results, scenario).flatMap((round) => pick(round) ?? []));
}

function errors(results: BenchResults, scenario: string): number | undefined {
  const rounds = roundsOf(results, scenario);
  if (rounds.length === 0) return undefined;
  return rounds.flatMap(({ load }) => Object.values(load.errors)).reduce((sum, count) => sum + count, 0);
}

function rssPerStream(results: BenchResults, name: string): number | undefined {
  const streams = find(results, name)?.scenario.streams;
  const idleKb = targetOf(results, name, RONDO)?.idleRssKb;
  if (streams === undefined || idleKb === undefined) return undefined;
  return (middle(results, name, ({ openRssKb }) => openRssKb) - idleKb) / streams;
}

function started(results: BenchResults, name: string): BenchResults['start'][number] | undefined {
  return results.start.find(({ target }) => target === name);
}

function idleRatio(results: BenchResults): number | undefined {
  const bare = started(results, 'bare-nest')?.idleRssMb.median;
  const rondo = started(results, RONDO)?.idleRssMb.median;
  return bare === undefined || rondo === undefined ? undefined : rondo / bare;
}

function pageOfLargest(results: BenchResults): number | undefined {
  return results.growth.find(({ name }) => name === 'pages')?.series[0]?.points.find(({ x }) => x === 1_000_000)?.y;
}
