import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { cpuMs } from '../measure/proc.js';
import { runRound, type Helpers } from '../measure/round.js';
import { warmUp } from '../measure/warm-up.js';
import { doubtsOf } from '../measure/saturation.js';
import { median } from '../measure/statistics.js';
import type { Scenario } from '../scenarios/scenarios.js';
import { RONDO, rondoDatabase } from '../targets/rondo.js';
import type { RunningTarget, Surroundings } from '../targets/target.js';
import type { Curve, CurvePoint } from './curve.js';
import { addMessages, oldSession, sessionsOf } from './filled-history.js';

const MESSAGES = [1000, 30_000, 1_000_000];
const PAGES = 400;
const REST_MS = 300;
const LOAD: Scenario = {
  name: 'growth-history',
  title: 'a full history',
  paceMs: 10,
  streams: 100,
  tokens: 100,
  holdMs: 2000,
  rounds: 2,
};

/** Rondo on a history of a thousand messages, then of more, up to a million: what a token costs, and a page of history. */
export async function growthOfHistory(where: Surroundings, helpers: Helpers): Promise<Curve[]> {
  const events: CurvePoint[] = [];
  const pages: CurvePoint[] = [];
  const folder = join(where.folder, 'history');
  const surroundings = { ...where, folder };
  await makeDatabase(surroundings);
  let before = 0;
  for (const x of MESSAGES) {
    console.error(`growth: a history of ${x} messages …`);
    addMessages(rondoDatabase(surroundings), before, x - before);
    before = x;
    const rondo = await RONDO.start(surroundings);
    events.push({ x, ...(await costOfEvents(rondo, helpers)) });
    pages.push({ x, y: await costOfPages(rondo, x), doubtful: false });
    await rondo.stop();
  }
  rmSync(folder, { recursive: true });
  const curve = { x: 'messages in the database', title: 'A longer history' };
  return [
    {
      ...curve,
      name: 'history',
      y: 'CPU µs per event',
      load: '100 streams with a token every 10 ms, in answers of 100 tokens',
      series: [{ target: RONDO.name, points: events }],
    },
    {
      ...curve,
      name: 'pages',
      y: 'CPU ms per page of history',
      load: '`GET /history` with 50 messages, the whole request, of sessions all over the database',
      series: [{ target: RONDO.name, points: pages }],
    },
  ];
}

/** The service itself makes the tables, by its migrations. */
async function makeDatabase(surroundings: Surroundings): Promise<void> {
  const rondo = await RONDO.start(surroundings);
  await rondo.stop();
}

async function costOfEvents(rondo: RunningTarget, helpers: Helpers): Promise<{ y: number; doubtful: boolean }> {
  await warmUp(rondo, LOAD, helpers);
  const costs: number[] = [];
  let doubtful = false;
  for (let round = 0; round < LOAD.rounds; round++) {
    const result = await runRound(rondo, LOAD, helpers);
    costs.push(result.cpuUsPerEvent);
    doubtful ||= doubtsOf(result).length > 0;
  }
  return { y: median(costs), doubtful };
}

/** CPU of one page of 50 messages, in milliseconds: the whole request, of sessions all over the database. */
async function costOfPages(rondo: RunningTarget, messages: number): Promise<number> {
  const sessions = sessionsOf(messages);
  await readPages(rondo, sessions);
  const before = cpuMs(rondo.pids());
  await readPages(rondo, sessions);
  await delay(REST_MS);
  return (cpuMs(rondo.pids()) - before) / PAGES;
}

async function readPages(rondo: RunningTarget, sessions: number): Promise<void> {
  for (let page = 0; page < PAGES; page++) {
    const { userId, sessionId } = oldSession(Math.floor((page * sessions) / PAGES));
    const response = await fetch(`http://127.0.0.1:${rondo.port}/history?user_id=${userId}&session_id=${sessionId}`);
    const { history } = (await response.json()) as { history?: unknown[] };
    if (history?.length !== 50) throw new Error(`a page of ${sessionId} has ${history?.length ?? 'no'} messages`);
  }
}
