import { doubtsOf, isSound, type Doubt } from '../measure/saturation.js';
import type { ScenarioResult, TargetResult } from '../measure/scenario-run.js';
import { median, type Spread } from '../measure/statistics.js';
import {
  ANSWERS_PER_SECOND,
  CPU,
  differences,
  FIRST_TOKEN_P50,
  FIRST_TOKEN_P99,
  ratios,
  type Pick,
} from './compare.js';

/** What all are compared with. */
const BASE = 'pipe';

const MANY_STREAMS = 500;

/** One target in one scenario: medians over its sound rounds. */
export interface Summary {
  target: string;
  absence?: string;
  rounds: number;
  /** Rounds in which the benchmark itself held up. */
  soundRounds: number;
  cpuUsPerEvent: number;
  /** To the base in the same round. */
  cpuRatio?: Spread;
  addedFirstTokenP50Ms: number;
  addedFirstTokenP99Ms: number;
  /** Against the base's p50 in the same round, in milliseconds. */
  firstTokenP50BeyondBaseMs?: Spread;
  firstTokenP99Ratio?: Spread;
  addedGapP99Ms: number;
  answersPerSecond: number;
  answersPerSecondRatio?: Spread;
  idleRssMb: number;
  peakRssMb: number;
  /** Beyond the fresh process; of many streams only: of a few it would be what warming up costs. */
  rssPerStreamKb?: number;
  eventLoopDelayP99Ms?: number;
  answers: number;
  errors: Record<string, number>;
  /** In how many rounds. */
  doubts: Partial<Record<Doubt, number>>;
}

export function summarize({ scenario, targets }: ScenarioResult): Summary[] {
  const base = targets.find(({ target }) => target === BASE);
  return targets.map((result) => summary(result, base, scenario.streams));
}

function summary(result: TargetResult, base: TargetResult | undefined, streams: number): Summary {
  const sound = result.rounds.filter(isSound);
  const middle = (pick: Pick) => median(sound.map(pick));
  const delays = sound.flatMap(({ eventLoopDelayP99Ms }) => eventLoopDelayP99Ms ?? []);
  const idleKb = result.idleRssKb ?? NaN;
  return {
    target: result.target,
    ...(result.absence === undefined ? {} : { absence: result.absence }),
    rounds: result.rounds.length,
    soundRounds: sound.length,
    cpuUsPerEvent: middle(CPU),
    addedFirstTokenP50Ms: middle(FIRST_TOKEN_P50),
    addedFirstTokenP99Ms: middle(FIRST_TOKEN_P99),
    addedGapP99Ms: middle(({ load }) => load.addedGapMs.p99),
    answersPerSecond: middle(ANSWERS_PER_SECOND),
    ...(base === undefined || base === result ? {} : comparison(result, base)),
    idleRssMb: idleKb / 1024,
    peakRssMb: Math.max(...result.rounds.map(({ peakRssKb }) => peakRssKb)) / 1024,
    ...(streams < MANY_STREAMS ? {} : { rssPerStreamKb: (middle(({ openRssKb }) => openRssKb) - idleKb) / streams }),
    ...(delays.length === 0 ? {} : { eventLoopDelayP99Ms: median(delays) }),
    answers: result.rounds.reduce((sum, { load }) => sum + load.answers, 0),
    errors: totals(result.rounds.map(({ load }) => load.errors)),
    doubts: totals(result.rounds.map((round) => Object.fromEntries(doubtsOf(round).map((doubt) => [doubt, 1])))),
  };
}

function comparison(result: TargetResult, base: TargetResult): Partial<Summary> {
  return withoutGaps({
    cpuRatio: ratios(result, base, CPU),
    firstTokenP50BeyondBaseMs: differences(result, base, FIRST_TOKEN_P50),
    firstTokenP99Ratio: ratios(result, base, FIRST_TOKEN_P99),
    answersPerSecondRatio: ratios(result, base, ANSWERS_PER_SECOND),
  });
}

function withoutGaps(values: Record<string, Spread | undefined>): Partial<Summary> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

function totals(counts: readonly Record<string, number>[]): Record<string, number> {
  const sum: Record<string, number> = {};
  for (const [name, count] of counts.flatMap((one) => Object.entries(one))) sum[name] = (sum[name] ?? 0) + count;
  return sum;
}
