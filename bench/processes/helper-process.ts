import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { ChildCalls } from './rpc.js';

/** A process of the benchmark itself: upstream or load generator. */
export class HelperProcess {
  readonly #child: ChildProcess;
  readonly #calls: ChildCalls;

  /** @param script compiled, with {@link serveParent} in it */
  constructor(name: string, script: URL) {
    this.#child = fork(script, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    this.#calls = new ChildCalls(name, this.#child);
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  call<Result>(method: string, argument?: unknown): Promise<Result> {
    return this.#calls.call(method, argument ?? {});
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exit = once(this.#child, 'exit');
    this.#child.disconnect();
    await exit;
  }
}
