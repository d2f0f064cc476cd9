import type { RoundResult } from './round.js';

const BUSY_LOOP = 0.9;
const LATE_MS = 10;
const FULL_MACHINE = 0.03;
const NOISY = 0.15;

/** Why a round says less than it seems to, most serious first. */
export type Doubt =
  'upstream saturated' | 'upstream late' | 'load generator saturated' | 'target saturated' | 'machine full' | 'noisy';

const UNSOUND: ReadonlySet<Doubt> = new Set(['upstream saturated', 'load generator saturated']);

/** What was at its limit during a round. Of one whose upstream or load generator was, nothing is concluded. */
export function doubtsOf({ load, upstream, cpuShare, idleShare, othersShare }: RoundResult): Doubt[] {
  const doubts: [Doubt, boolean][] = [
    ['upstream saturated', upstream.utilization > BUSY_LOOP],
    ['upstream late', upstream.lateP99Ms > LATE_MS],
    ['load generator saturated', load.utilization > BUSY_LOOP],
    ['target saturated', cpuShare > BUSY_LOOP],
    ['machine full', idleShare < FULL_MACHINE],
    ['noisy', othersShare > NOISY],
  ];
  return doubts.flatMap(([doubt, applies]) => (applies ? [doubt] : []));
}

/** Whether the benchmark itself held up. */
export function isSound(round: RoundResult): boolean {
  return !doubtsOf(round).some((doubt) => UNSOUND.has(doubt));
}
