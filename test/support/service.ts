import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Simulator } from '../../simulator/provider-simulator.js';

const ROOT = path.resolve(import.meta.dirname, '../..');
const START_DEADLINE_MS = 30_000;
/** Compiled code of the service, kept from one start to the next: it spares a quarter of a start's CPU time. */
const COMPILE_CACHE = path.join(ROOT, 'node_modules/.cache/compiled-service');

export interface Service {
  readonly url: string;
  readonly pid: number;
  /** All that was written to stdout and stderr so far. */
  output(): string;
  /** The log lines so far. */
  logLines(): Record<string, unknown>[];
  signal(signal: NodeJS.Signals): void;
  /** SIGTERM, then waits; gives the exit code. */
  stop(): Promise<number | null>;
  /** SIGKILL, then waits. */
  kill(): Promise<void>;
  readonly exited: Promise<number | null>;
}

/**
 * Starts the built service as a process of its own, on a free port and with nothing of this machine's environment. Where all
 * providers fail an answer ends at once, unless `env` has a `PATIENCE_MS`.
 */
export async function startService(env: Record<string, string> = {}): Promise<Service> {
  const port = env['PORT'] ?? String(await freePort());
  const child = spawnService({
    DATABASE_URL: 'sqlite::memory:',
    RATE_LIMIT: '1000000',
    PATIENCE_MS: '0',
    ...env,
    PORT: port,
  });
  const service = watch(child, `http://127.0.0.1:${port}`);
  await untilReady(service, child);
  return service;
}

/** Starts it without waiting: for what ends before it is ready. */
export function spawnService(env: Record<string, string>): ChildProcess {
  return spawn(process.execPath, ['dist/main.js'], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'] ?? '', RONDO_ENV_FILE: '', NODE_COMPILE_CACHE: COMPILE_CACHE, ...env },
  });
}

/** The environment that points the service at a simulator's providers. */
export function simulatedProviders({ groq, mistral, deepseek }: Simulator): Record<string, string> {
  return {
    GROQ_API_KEY: 'test-key-groq',
    GROQ_BASE_URL: groq.baseUrl,
    MISTRAL_API_KEY: 'test-key-mistral',
    MISTRAL_BASE_URL: mistral.baseUrl,
    DEEPSEEK_API_KEY: 'test-key-deepseek',
    DEEPSEEK_BASE_URL: deepseek.baseUrl,
  };
}

/** Each worker takes its ports from a range of its own, below those that the system gives away. */
const RANGE = 500;
const FIRST_PORT = 10_000 + (Number(process.env['JEST_WORKER_ID'] ?? 0) % 40) * RANGE;
let nextPort = Math.floor(Math.random() * RANGE);

/**
 * A port of the loopback interface on which nobody listens, nor will soon: one that the system chooses is free again until
 * the service has started, and another suite may be given it meanwhile.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = FIRST_PORT + (nextPort++ % RANGE);
    const server = createServer().listen(port, '127.0.0.1');
    const isFree = await once(server, 'listening').then(
      () => true,
      () => false,
    );
    if (!isFree) continue;
    server.close();
    await once(server, 'close');
    return port;
  }
}

function watch(child: ChildProcess, url: string): Service {
  let output = '';
  const collect = (chunk: string) => (output += chunk);
  child.stdout?.setEncoding('utf8').on('data', collect);
  child.stderr?.setEncoding('utf8').on('data', collect);
  const exited = once(child, 'exit').then(([code]) => code as number | null);
  return {
    url,
    pid: child.pid ?? 0,
    exited,
    output: () => output,
    logLines: () =>
      output
        .split('\n')
        .filter((line) => line.startsWith('{'))
        .map((line) => JSON.parse(line) as Record<string, unknown>),
    signal: (signal) => child.kill(signal),
    stop: () => {
      child.kill('SIGTERM');
      return exited;
    },
    kill: async () => {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

async function untilReady(service: Service, child: ChildProcess): Promise<void> {
  const deadline = Date.now() + START_DEADLINE_MS;
  while (Date.now() < deadline && child.exitCode === null) {
    const ready = await fetch(`${service.url}/health/ready`).then(
      (response) => response.ok,
      () => false,
    );
    if (ready) return;
    await delay(50);
  }
  child.kill('SIGKILL');
  throw new Error(`the service did not start:\n${service.output()}`);
}
