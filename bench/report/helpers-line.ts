import type { ScenarioResult } from '../measure/scenario-run.js';
import { median } from '../measure/statistics.js';

/** Whether the benchmark itself kept up, in one line: the busiest round counts. */
export function helpersLine({ targets }: ScenarioResult): string {
  const rounds = targets.flatMap((target) => target.rounds);
  const percent = (shares: number[]) => `${(Math.max(0, ...shares) * 100).toFixed(0)} %`;
  const upstream = percent(rounds.map((round) => round.upstream.utilization));
  const load = percent(rounds.map((round) => round.load.utilization));
  const late = median(rounds.map((round) => round.upstream.lateP99Ms));
  return `the benchmark itself: upstream at most ${upstream} busy and ${late} ms late (p99), load generator at most ${load} busy`;
}
