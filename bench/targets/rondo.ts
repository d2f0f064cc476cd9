import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../root.js';
import { startServer } from './start-server.js';
import type { Question, Surroundings, Target } from './target.js';

const SCRIPT = join(ROOT, 'dist/main.js');

/** Everyone asks in a session of their own, as people do. */
const QUESTION: Question = {
  path: '/rr-chat/stream',
  headers: {},
  body: JSON.stringify({ user_id: 'user-{{id}}', session_id: 'first', message: 'What is a rondo?' }),
  dialect: 'rondo',
};

/** The file in which it keeps the history. */
export function rondoDatabase({ folder }: Surroundings): string {
  return join(folder, 'rondo.db');
}

export const RONDO: Target = {
  name: 'rondo',
  description: 'the built service with its defaults: history in a SQLite file, metrics, log lines, typed events',
  absence: () => (existsSync(SCRIPT) ? undefined : 'not built: npm run build'),
  start: async (surroundings) => {
    const running = await startServer(surroundings, {
      name: 'rondo',
      script: SCRIPT,
      env: {
        RONDO_ENV_FILE: '',
        DATABASE_URL: `sqlite://${rondoDatabase(surroundings)}`,
        EXTRA_PROVIDERS: 'bench',
        BENCH_BASE_URL: `http://127.0.0.1:${surroundings.upstreamPort}/v1`,
        BENCH_MODEL: 'bench-model',
      },
      question: QUESTION,
      readyPath: '/health/ready',
    });
    return { ...running, eventLoopDelayP99: () => eventLoopDelayP99(running.port) };
  },
};

/** Each scrape resets Rondo's gauge. */
async function eventLoopDelayP99(port: number): Promise<number> {
  const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  return Number(/^nodejs_eventloop_lag_p99_seconds (\S+)$/m.exec(metrics)?.[1]) * 1000;
}
