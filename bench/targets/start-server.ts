import { withChildren } from '../measure/proc.js';
import { freePort, ServerProcess } from '../processes/server-process.js';
import { ROOT } from '../root.js';
import type { Question, RunningTarget, Surroundings } from './target.js';

export interface NodeServer {
  name: string;
  /** Absolute. */
  script: string;
  args?: (port: number) => readonly string[];
  /** `PORT` comes on top. */
  env: Record<string, string>;
  question: Question;
  /** Answers 200 once it can serve; absent: it serves as soon as it listens. */
  readyPath?: string;
}

/** Starts a target that is one Node script which listens on `PORT`. */
export async function startServer({ folder }: Surroundings, server: NodeServer): Promise<RunningTarget> {
  const port = await freePort();
  const started = new ServerProcess({
    name: server.name,
    command: process.execPath,
    args: [server.script, ...(server.args?.(port) ?? [])],
    env: { ...server.env, PORT: String(port) },
    cwd: ROOT,
    folder,
    port,
    ...(server.readyPath === undefined ? {} : { readyPath: server.readyPath }),
  });
  await started.ready();
  return {
    port,
    question: server.question,
    pids: () => withChildren(started.pid),
    stop: () => started.stop(),
  };
}
