import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as delay } from 'node:timers/promises';
import { untilCalm } from '../measure/calm.js';
import { rssKb } from '../measure/proc.js';
import { spread, type Spread } from '../measure/statistics.js';
import { RONDO } from '../targets/rondo.js';
import { startServer } from '../targets/start-server.js';
import { OPENAI_QUESTION, type RunningTarget, type Surroundings } from '../targets/target.js';

/** What a process weighs that nobody has asked anything yet, and how soon it could be asked. */
export interface StartResult {
  target: string;
  description: string;
  readyMs: Spread;
  idleRssMb: Spread;
}

const STARTS = 3;
const IDLE_MS = 1500;

const CONTENDERS = [
  { target: RONDO.name, description: RONDO.description, start: (where: Surroundings) => RONDO.start(where) },
  {
    target: 'bare-nest',
    description: 'the packages that Rondo is made of, set up by NestJS and doing nothing',
    start: startBareNest,
  },
];

function startBareNest(where: Surroundings): Promise<RunningTarget> {
  return startServer(where, {
    name: 'bare-nest',
    script: fileURLToPath(new URL('./bare-nest-server.js', import.meta.url)),
    env: { DATABASE: join(where.folder, 'bare.db') },
    question: OPENAI_QUESTION,
  });
}

/** Starts each several times, in turns. The first start fills Node's compile cache and doesn't count. */
export async function measureStart(where: Surroundings): Promise<StartResult[]> {
  const samples = CONTENDERS.map((contender) => ({ ...contender, ready: [] as number[], idle: [] as number[] }));
  for (let turn = 0; turn <= STARTS; turn++) {
    for (const sample of samples) {
      await untilCalm();
      const startedAt = performance.now();
      const running = await sample.start(where);
      const readyMs = performance.now() - startedAt;
      await delay(IDLE_MS);
      const idleMb = rssKb(running.pids()) / 1024;
      await running.stop();
      if (turn === 0) continue;
      sample.ready.push(readyMs);
      sample.idle.push(idleMb);
    }
  }
  return samples.map(({ target, description, ready, idle }) => ({
    target,
    description,
    readyMs: spread(ready),
    idleRssMb: spread(idle),
  }));
}
