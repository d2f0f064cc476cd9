import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const START_MS = 60_000;
const STOP_MS = 10_000;
const POLL_MS = 10;
const LOG_TAIL = 2000;

export interface ServerCommand {
  name: string;
  command: string;
  args: readonly string[];
  env: Record<string, string>;
  cwd: string;
  /** Where its output goes. */
  folder: string;
  port: number;
  /** Answers 200 once it can serve; absent: it serves as soon as it listens. */
  readyPath?: string;
}

const running = new Set<ServerProcess>();

/** For when the benchmark itself is ended: no target outlives it. */
export function killServers(): void {
  for (const server of running) server.kill();
}

/** A target's process. Its output goes to a file, as a service's would. */
export class ServerProcess {
  readonly #child: ChildProcess;
  readonly #logFile: string;

  constructor(private readonly server: ServerCommand) {
    this.#logFile = join(server.folder, `${server.name}.log`);
    mkdirSync(server.folder, { recursive: true });
    const log = openSync(this.#logFile, 'w');
    this.#child = spawn(server.command, server.args, {
      cwd: server.cwd,
      env: { PATH: process.env['PATH'] ?? '', NODE_ENV: 'production', ...server.env },
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    running.add(this);
    this.#child.on('error', () => running.delete(this));
    this.#child.on('exit', () => running.delete(this));
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get #hasEnded(): boolean {
    return this.#child.pid === undefined || this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** @throws Error with the end of its output when it ends or says nothing for too long */
  async ready(): Promise<void> {
    const deadline = Date.now() + START_MS;
    while (!this.#hasEnded && Date.now() < deadline) {
      if (await serves(this.server)) return;
      await delay(POLL_MS);
    }
    await this.stop();
    throw new Error(`${this.server.name} did not start: ${readFileSync(this.#logFile, 'utf8').slice(-LOG_TAIL)}`);
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }

  async stop(): Promise<void> {
    if (this.#hasEnded) return;
    const exit = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    const kill = setTimeout(() => this.kill(), STOP_MS);
    await exit;
    clearTimeout(kill);
  }
}

async function serves({ port, readyPath }: ServerCommand): Promise<boolean> {
  if (!(await accepts(port))) return false;
  if (readyPath === undefined) return true;
  const response = await fetch(`http://127.0.0.1:${port}${readyPath}`);
  return response.ok;
}

async function accepts(port: number): Promise<boolean> {
  const socket = connect({ port, host: '127.0.0.1' });
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

/** A port of the loopback interface on which nobody listens. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
