import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Helpers } from '../measure/round.js';
import type { Surroundings } from '../targets/target.js';
import { HelperProcess } from './helper-process.js';
import { killServers } from './server-process.js';

/** Does `work` with an upstream, a load generator and a folder, none of which is left behind, also when it is interrupted. */
export async function withHelpers<Result>(
  work: (where: Surroundings, helpers: Helpers) => Promise<Result>,
): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'rondo-bench-'));
  const cleanUp = () => rmSync(folder, { recursive: true, force: true });
  const leave = (signal: NodeJS.Signals) => {
    killServers();
    cleanUp();
    process.exit(signal === 'SIGINT' ? 130 : 143);
  };
  process.once('SIGINT', leave).once('SIGTERM', leave);
  const upstream = new HelperProcess('upstream', new URL('../upstream/serve.js', import.meta.url));
  const load = new HelperProcess('load', new URL('../load/serve.js', import.meta.url));
  try {
    const upstreamPort = await upstream.call<number>('listen');
    return await work({ upstreamPort, folder }, { upstream, load });
  } finally {
    await Promise.all([upstream.stop(), load.stop()]);
    cleanUp();
    process.off('SIGINT', leave).off('SIGTERM', leave);
  }
}
