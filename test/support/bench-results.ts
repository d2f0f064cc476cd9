import type { RoundResult } from '../../bench/measure/round.js';
import type { TargetResult } from '../../bench/measure/scenario-run.js';
import type { BenchResults } from '../../bench/results.js';
import { SCENARIOS, type Scenario } from '../../bench/scenarios/scenarios.js';

/** What a round found where a test says nothing else: a calm machine, nothing at its limit. */
export function round(cpuUsPerEvent: number, changes: Partial<RoundResult> = {}): RoundResult {
  return {
    load: load({}),
    upstream: { answers: 10, events: 1000, abandoned: 0, lateP99Ms: 1, utilization: 0.2, cpuMs: 10 },
    cpuMs: cpuUsPerEvent,
    cpuUsPerEvent,
    cpuShare: 0.3,
    peakRssKb: 200 * 1024,
    openRssKb: 180 * 1024,
    othersShare: 0.01,
    idleShare: 0.5,
    ...changes,
  };
}

export function load(changes: Partial<RoundResult['load']>): RoundResult['load'] {
  return {
    answers: 10,
    answersPerSecond: 100,
    addedFirstTokenMs: { p50: 1, p99: 4 },
    addedGapMs: { p50: 0.1, p99: 2 },
    bytes: 1000,
    errors: {},
    utilization: 0.2,
    cpuMs: 10,
    ...changes,
  };
}

export function targetResult(target: string, rounds: RoundResult[]): TargetResult {
  return { target, description: `${target}, described`, idleRssKb: 120 * 1024, rounds };
}

export function scenario(name: string): Scenario {
  return SCENARIOS.find((one) => one.name === name)!;
}

export function benchResults(changes: Partial<BenchResults> = {}): BenchResults {
  return {
    startedAt: '2026-11-23T10:00:00.000Z',
    minutes: 12,
    revision: 'abc1234',
    machine: { system: 'Linux 6', processor: 'A processor', cores: 2, memoryGb: 24, node: 'v24.0.0' },
    preferred: false,
    scenarios: [],
    start: [],
    growth: [],
    micro: [],
    ...changes,
  };
}
