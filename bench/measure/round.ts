import { setTimeout as delay } from 'node:timers/promises';
import type { LoadPlan, LoadReport } from '../load/load-protocol.js';
import type { HelperProcess } from '../processes/helper-process.js';
import { answerMs, type Scenario } from '../scenarios/scenarios.js';
import type { RunningTarget } from '../targets/target.js';
import type { UpstreamReport } from '../upstream/upstream-protocol.js';
import { cpuMs, machineTimes, peakRssKb, resetPeak, rssKb, type MachineTimes } from './proc.js';
import { median } from './statistics.js';

export interface Helpers {
  upstream: HelperProcess;
  load: HelperProcess;
}

/** One target under one load, once. */
export interface RoundResult {
  load: LoadReport;
  upstream: UpstreamReport;
  /** CPU of the target's processes from before the first question until it is at rest again. */
  cpuMs: number;
  cpuUsPerEvent: number;
  /** Of one core, while the load lasted. */
  cpuShare: number;
  peakRssKb: number;
  /** The middle of what was resident while all streams were open. */
  openRssKb: number;
  eventLoopDelayP99Ms?: number;
  /** What processes that are none of ours took of the machine (all cores = 1). */
  othersShare: number;
  /** What was left of the machine. */
  idleShare: number;
}

const SAMPLE_MS = 200;
/** What a target still does about answers that have ended, such as storing them. */
const REST_MS = 500;
/** A target that needs so many times an answer's own time fails. */
const PATIENCE = 8;
const PATIENCE_MS = 10_000;

export async function runRound(target: RunningTarget, scenario: Scenario, helpers: Helpers): Promise<RoundResult> {
  const { upstream, load } = helpers;
  const plan = loadPlan(target, scenario);
  await upstream.call('follow', { tokens: scenario.tokens, paceMs: scenario.paceMs });
  await target.eventLoopDelayP99?.();
  const pids = target.pids();
  resetPeak(pids);
  const machine = machineTimes();
  const before = cpuMs(pids);
  const startedAt = performance.now();
  const openRss = sampleWhileOpen(pids, plan);
  await load.call('run', plan);
  const elapsedMs = performance.now() - startedAt;
  await delay(REST_MS);
  const used = cpuMs(pids) - before;
  const sent = await upstream.call<UpstreamReport>('report');
  const spent = machineTimes();
  const loaded = await load.call<LoadReport>('report');
  const delayP99 = await target.eventLoopDelayP99?.();
  return {
    load: loaded,
    upstream: sent,
    cpuMs: used,
    cpuUsPerEvent: (used * 1000) / sent.events,
    cpuShare: used / elapsedMs,
    peakRssKb: peakRssKb(pids),
    openRssKb: median(await openRss),
    ...(delayP99 === undefined ? {} : { eventLoopDelayP99Ms: delayP99 }),
    ...sharesOf(machine, spent, used + sent.cpuMs + loaded.cpuMs),
  };
}

function loadPlan(target: RunningTarget, scenario: Scenario): LoadPlan {
  const { streams, tokens, paceMs, holdMs, rampMs = answerMs(scenario) } = scenario;
  const runMs = rampMs + holdMs;
  return {
    ...target.question,
    port: target.port,
    streams,
    tokens,
    paceMs,
    rampMs,
    runMs,
    deadlineMs: runMs + answerMs(scenario) * PATIENCE + PATIENCE_MS,
  };
}

async function sampleWhileOpen(pids: readonly number[], { rampMs, runMs }: LoadPlan): Promise<number[]> {
  const samples: number[] = [];
  await delay(rampMs);
  for (let at = rampMs; at < runMs; at += SAMPLE_MS) {
    samples.push(rssKb(pids));
    await delay(SAMPLE_MS);
  }
  return samples;
}

function sharesOf(since: MachineTimes, now: MachineTimes, oursMs: number): { othersShare: number; idleShare: number } {
  const busy = now.busyMs - since.busyMs;
  const idle = now.idleMs - since.idleMs;
  const all = busy + idle;
  return { othersShare: Math.max(0, busy - oursMs) / all, idleShare: idle / all };
}
