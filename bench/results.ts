import type { Curve } from './growth/curve.js';
import type { ScenarioResult } from './measure/scenario-run.js';
import type { MicroResult } from './micro/measure-case.js';
import type { Machine } from './report/machine.js';
import type { StartResult } from './start/start-measure.js';

/** All that one run of the benchmark found: what the JSON file holds. */
export interface BenchResults {
  /** RFC 3339. */
  startedAt: string;
  minutes: number;
  /** Of Rondo, as git names it; empty where that is not known. */
  revision: string;
  machine: Machine;
  /** Its processes were preferred to all others: see `preference.ts`. */
  preferred: boolean;
  scenarios: ScenarioResult[];
  start: StartResult[];
  growth: Curve[];
  micro: MicroResult[];
}
