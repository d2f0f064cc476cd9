import type { Scenario } from '../scenarios/scenarios.js';
import type { RunningTarget } from '../targets/target.js';
import { runRound, type Helpers } from './round.js';

const STREAMS = 50;
const TOKENS = 100;
const RAMP_MS = 500;
const HOLD_MS = 1500;

/** The same kind of load, smaller: what is measured later runs on optimised code. */
export async function warmUp(target: RunningTarget, scenario: Scenario, helpers: Helpers): Promise<void> {
  const streams = Math.min(STREAMS, scenario.streams);
  const tokens = Math.min(TOKENS, scenario.tokens);
  await runRound(target, { ...scenario, streams, tokens, rampMs: RAMP_MS, holdMs: HOLD_MS }, helpers);
}
