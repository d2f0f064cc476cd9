import { isSound } from '../measure/saturation.js';
import type { RoundResult } from '../measure/round.js';
import type { TargetResult } from '../measure/scenario-run.js';
import { pairedRatios, spread, type Spread } from '../measure/statistics.js';

/** One figure of a round. */
export type Pick = (round: RoundResult) => number;

export const CPU: Pick = (round) => round.cpuUsPerEvent;
export const FIRST_TOKEN_P50: Pick = ({ load }) => load.addedFirstTokenMs.p50;
export const FIRST_TOKEN_P99: Pick = ({ load }) => load.addedFirstTokenMs.p99;
export const ANSWERS_PER_SECOND: Pick = ({ load }) => load.answersPerSecond;

/** A figure divided by another target's in the same round; undefined if no round of both was sound. */
export function ratios(result: TargetResult, base: TargetResult, pick: Pick): Spread | undefined {
  return ofSome(pairedRatios(soundValues(result, pick), soundValues(base, pick)));
}

/** A figure less another target's in the same round. */
export function differences(result: TargetResult, base: TargetResult, pick: Pick): Spread | undefined {
  const bases = soundValues(base, pick);
  return ofSome(
    soundValues(result, pick).flatMap((value, round) => {
      const other = bases[round];
      return value === undefined || other === undefined ? [] : [value - other];
    }),
  );
}

function soundValues({ rounds }: TargetResult, pick: Pick): (number | undefined)[] {
  return rounds.map((round) => (isSound(round) ? pick(round) : undefined));
}

function ofSome(values: readonly number[]): Spread | undefined {
  return values.length === 0 ? undefined : spread(values);
}
