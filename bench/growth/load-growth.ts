import { untilCalm } from '../measure/calm.js';
import { runRound, type Helpers, type RoundResult } from '../measure/round.js';
import { doubtsOf, isSound } from '../measure/saturation.js';
import { warmUp } from '../measure/warm-up.js';
import type { Scenario } from '../scenarios/scenarios.js';
import type { RunningTarget, Surroundings, Target } from '../targets/target.js';
import type { Curve, CurvePoint } from './curve.js';

const STREAMS = [100, 300, 1000, 2000];
const TOKENS = [100, 500, 2000, 10_000];

/** Tokens a second of all streams together, so that nothing but their number grows. */
const TOKENS_PER_SECOND = 5000;

const manyStreams = (streams: number): Scenario => ({
  name: `growth-${streams}-streams`,
  title: `${streams} streams`,
  paceMs: (streams * 1000) / TOKENS_PER_SECOND,
  streams,
  tokens: 20,
  holdMs: 2000,
  rounds: 1,
});

/** A fast pace and a short ramp keep long answers short in time. */
const longAnswers = (tokens: number): Scenario => ({
  name: `growth-${tokens}-tokens`,
  title: `answers of ${tokens} tokens`,
  paceMs: 1,
  streams: 10,
  tokens,
  holdMs: 2000,
  rampMs: 1000,
  rounds: 1,
});

export function growthOfStreams(targets: readonly Target[], where: Surroundings, helpers: Helpers): Promise<Curve> {
  const load = `${TOKENS_PER_SECOND} tokens a second in all, over more and more streams`;
  const curve = { name: 'streams', title: 'More streams', x: 'open streams', y: 'CPU µs per event', load };
  return grow(curve, STREAMS.map(manyStreams), ({ streams }) => streams, targets, where, helpers);
}

export function growthOfAnswers(targets: readonly Target[], where: Surroundings, helpers: Helpers): Promise<Curve> {
  const load = '10 streams with a token every millisecond';
  const curve = { name: 'tokens', title: 'Longer answers', x: 'tokens in an answer', y: 'CPU µs per event', load };
  return grow(curve, TOKENS.map(longAnswers), ({ tokens }) => tokens, targets, where, helpers);
}

interface Growing {
  target: string;
  running: RunningTarget;
  points: CurvePoint[];
}

/** The same processes go through all sizes, in turns. */
async function grow(
  curve: Omit<Curve, 'series'>,
  scenarios: readonly Scenario[],
  sizeOf: (scenario: Scenario) => number,
  targets: readonly Target[],
  where: Surroundings,
  helpers: Helpers,
): Promise<Curve> {
  const series: Growing[] = [];
  try {
    for (const target of targets) series.push({ target: target.name, running: await target.start(where), points: [] });
    for (const { running } of series) await warmUp(running, scenarios[0]!, helpers);
    for (const scenario of scenarios) {
      console.error(`growth: ${scenario.title} …`);
      for (const { running, points } of series) {
        await untilCalm();
        points.push(...pointOf(sizeOf(scenario), await runRound(running, scenario, helpers)));
      }
    }
  } finally {
    await Promise.all(series.map(({ running }) => running.stop()));
  }
  return { ...curve, series: series.map(({ target, points }) => ({ target, points })) };
}

/** None where the benchmark itself did not keep up. */
function pointOf(x: number, round: RoundResult): CurvePoint[] {
  if (!isSound(round)) return [];
  const doubtful = doubtsOf(round).length > 0 || Object.keys(round.load.errors).length > 0;
  return [{ x, y: round.cpuUsPerEvent, doubtful }];
}
