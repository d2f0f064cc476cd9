import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export interface ChildScript {
  /** The next line it prints; fails when it ends first. */
  nextLine(): Promise<string>;
  /** As `kill -9`; resolves when the process is gone. */
  kill(): Promise<void>;
  /** Resolves with its exit code. */
  ended(): Promise<number | null>;
}

const running = new Set<ChildScript>();

/** Kills what a test that failed left behind. */
export async function killScripts(): Promise<void> {
  await Promise.all([...running].map((script) => script.kill()));
}

/** Runs `test/fixtures/<script>` in a process of its own. */
export function runScript(script: string, ...args: string[]): ChildScript {
  const root = join(import.meta.dirname, '..');
  const hooks = join(root, 'support/register-typescript.mjs');
  const child: ChildProcess = spawn(process.execPath, ['--import', hooks, join(root, 'fixtures', script), ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const exit = once(child, 'exit').then(([code]: unknown[]) => {
    running.delete(result);
    return code as number | null;
  });
  const lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
  const result: ChildScript = {
    async nextLine() {
      const { value, done } = await lines.next();
      if (done) throw new Error(`${script} ended before it said anything more`);
      return value;
    },
    async kill() {
      child.kill('SIGKILL');
      await exit;
    },
    ended: () => exit,
  };
  running.add(result);
  return result;
}
