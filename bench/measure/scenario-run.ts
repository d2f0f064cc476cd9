import { setTimeout as delay } from 'node:timers/promises';
import type { Scenario } from '../scenarios/scenarios.js';
import type { RunningTarget, Surroundings, Target } from '../targets/target.js';
import { untilCalm } from './calm.js';
import { rssKb } from './proc.js';
import { runRound, type Helpers, type RoundResult } from './round.js';
import { warmUp } from './warm-up.js';

/** What one target did in one scenario. */
export interface TargetResult {
  target: string;
  description: string;
  /** Why there are no rounds, or no more of them. */
  absence?: string;
  /** Of the fresh process, before its first question. */
  idleRssKb?: number;
  /** In the order in which they were run, the same for all targets. */
  rounds: RoundResult[];
}

export interface ScenarioResult {
  scenario: Scenario;
  targets: TargetResult[];
}

interface Contender extends TargetResult {
  running?: RunningTarget;
}

const SETTLE_MS = 1500;

/** Measures all targets in one scenario: warms each up, then takes turns, so that all see the same weather. */
export async function runScenario(
  scenario: Scenario,
  targets: readonly Target[],
  surroundings: Surroundings,
  helpers: Helpers,
): Promise<ScenarioResult> {
  const contenders: Contender[] = [];
  try {
    for (const target of targets) contenders.push(await enter(target, surroundings));
    const ready = contenders.filter(({ running }) => running !== undefined);
    await delay(SETTLE_MS);
    for (const contender of ready) contender.idleRssKb = rssKb(contender.running!.pids());
    for (const { running } of ready) await warmUp(running!, scenario, helpers);
    for (let round = 0; round < scenario.rounds; round++) {
      for (const contender of inTurn(ready, round)) await takeTurn(contender, scenario, helpers);
    }
  } finally {
    await Promise.all(contenders.flatMap(({ running }) => running?.stop() ?? []));
  }
  return { scenario, targets: contenders.map(({ running: _, ...result }) => result) };
}

async function enter(target: Target, surroundings: Surroundings): Promise<Contender> {
  const { name, description } = target;
  const contender: Contender = { target: name, description, rounds: [] };
  const absence = target.absence();
  if (absence !== undefined) return { ...contender, absence };
  try {
    return { ...contender, running: await target.start(surroundings) };
  } catch (error) {
    return { ...contender, absence: messageOf(error) };
  }
}

/** A target that ends in the middle of a round has no further turns; the others go on. */
async function takeTurn(contender: Contender, scenario: Scenario, helpers: Helpers): Promise<void> {
  if (contender.running === undefined || contender.absence !== undefined) return;
  await untilCalm();
  try {
    contender.rounds.push(await runRound(contender.running, scenario, helpers));
  } catch (error) {
    contender.absence = `failed in round ${contender.rounds.length + 1}: ${messageOf(error)}`;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Another one begins in each round. */
function inTurn<Item>(items: readonly Item[], round: number): Item[] {
  const first = round % Math.max(1, items.length);
  return [...items.slice(first), ...items.slice(0, first)];
}
