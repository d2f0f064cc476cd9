import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

const DEADLINE_MS = 60_000;
const KILL_AFTER_MS = 3_000;
const KEPT_OUTPUT = 20_000;

/** The programs that a script of `.ci/run` has started: none outlives it. */
export class Children {
  #all = [];

  /** A child with its output (`said()`) and its end (`ended`). */
  start(command, args, options = {}) {
    const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'], ...options });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text) => (output = (output + text).slice(-KEPT_OUTPUT)));
    }
    child.ended = new Promise((resolve) => {
      child.on('error', (error) => {
        output += `${command}: ${error.message}`;
        resolve(null);
      });
      child.on('close', (code) => resolve(code));
    });
    child.said = () => output;
    this.#all.push(child);
    return child;
  }

  /** Runs a command to its end and gives its output. @throws Error when its exit code is not `expected`. */
  async run(command, args, options = {}, expected = 0) {
    const child = this.start(command, args, options);
    child.stdin?.end();
    const code = await child.ended;
    if (code !== expected) throw new Error(`${[command, ...args].join(' ')}: exit code ${code}\n${child.said()}`);
    return child.said();
  }

  /** Asks first: who has children of its own takes them along. */
  async killAll() {
    for (const signal of ['SIGTERM', 'SIGKILL']) {
      const running = this.#all.filter(isRunning);
      const exits = running.map((child) => once(child, 'exit'));
      for (const child of running) child.kill(signal);
      await Promise.race([Promise.all(exits), pause(KILL_AFTER_MS, undefined, { ref: false })]);
    }
  }
}

export function isRunning(child) {
  return child.pid !== undefined && child.exitCode === null && child.signalCode === null;
}

/** Waits for `condition`, as long as `child` runs. A condition that throws does not hold yet. */
export async function until(what, child, condition) {
  const deadline = Date.now() + DEADLINE_MS;
  for (;;) {
    const found = await Promise.resolve()
      .then(condition)
      .catch(() => undefined);
    if (found) return found;
    if (!isRunning(child) || Date.now() > deadline) throw new Error(`Waited in vain until ${what}:\n${child.said()}`);
    await pause(100);
  }
}

/** Below those that the system gives away for connections, and above those of the tests. */
const FIRST_PORT = 30_000;
const PORTS = 2_000;
let nextPort = Math.floor(Math.random() * PORTS);

/**
 * A port of the loopback interface on which nobody listens, another one each time: what listens there starts later, and
 * the system would give the port away again meanwhile.
 */
export async function freePort() {
  for (let tried = 0; tried < PORTS; tried++) {
    const port = FIRST_PORT + (nextPort++ % PORTS);
    const server = createServer();
    const isFree = await new Promise((resolve) => {
      server.on('error', () => resolve(false));
      server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
    });
    if (isFree) return port;
  }
  throw new Error(`No port from ${FIRST_PORT} to ${FIRST_PORT + PORTS - 1} is free`);
}

/** Ends the script with what went wrong, as text for people. */
export function fail(error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
