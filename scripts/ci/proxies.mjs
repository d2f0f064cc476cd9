// Runs nginx, and Caddy where it is installed, in front of the built service with the configurations of deploy/, and looks
// whether streams, limits and restarts are behind them as they are without. Needs a build.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { Children, fail, freePort, until } from './support/children.mjs';
import { SITE } from './support/https-client.mjs';
import { Caddy, Nginx } from './support/proxies.mjs';
import { checkFlood, checkRestart, checkRollingRestart, CHECKS, FAULTS, LIMITS } from './support/proxy-checks.mjs';
import { startSimulator } from './support/simulator.mjs';

const children = new Children();
const folder = mkdtempSync(join(tmpdir(), 'rondo-proxies-'));
try {
  const proxies = [new Nginx(join(folder, 'nginx'), children)];
  if (spawnSync('caddy', ['version']).status === 0) proxies.push(new Caddy(join(folder, 'caddy'), children));
  else console.log('not run: deploy/Caddyfile (Caddy is not installed)');
  await Promise.all(proxies.map(checkBehind));
} catch (error) {
  fail(error);
} finally {
  await children.killAll();
  rmSync(folder, { recursive: true, force: true });
}

async function checkBehind(proxy) {
  const tried = async (what, check) => {
    await check().catch((error) => {
      throw new Error(`Not so behind ${proxy.name}: ${what}\n${error.stack}`, { cause: error });
    });
    console.log(`behind ${proxy.name}: ${what}`);
  };
  const { env, control } = await startSimulator(children);
  await control('PATCH', 'groq/settings', { reasoning: 'never', pace: { firstTokenMs: 0, tokenMs: 2 } });
  await control('POST', 'groq/faults', FAULTS);
  const database = `sqlite://${join(folder, proxy.name, 'rondo.db')}`;
  const first = await startService({ ...env, DATABASE_URL: database });
  await proxy.start(first.address);
  const seat = { client: (from) => proxy.client(from), control };
  await Promise.all(CHECKS.map(([what, check]) => tried(what, () => check(seat))));
  await tried('an answer that its restart cut off is read on to the end', () => checkRestart(proxy, first.address));
  if (!(proxy instanceof Nginx)) return;
  await tried('an address that asks without end is slowed down, and it alone', () => checkFlood(proxy));
  const startSecond = () => startService({ ...env, DATABASE_URL: database });
  await tried('one process takes over from another without a break', () =>
    checkRollingRestart(proxy, first, startSecond),
  );
}

/** The built service, as it is to be configured behind a proxy. */
async function startService(more) {
  const port = await freePort();
  const env = {
    PATH: process.env.PATH,
    RONDO_ENV_FILE: '',
    PORT: String(port),
    PUBLIC_URL: `https://${SITE.name}`,
    TRUST_PROXY: '127.0.0.1',
    ...LIMITS,
    ...more,
  };
  const child = children.start(process.execPath, ['dist/main.js'], { env });
  await until('the service is ready', child, async () => (await fetch(`http://127.0.0.1:${port}/health/ready`)).ok);
  return { child, address: `127.0.0.1:${port}` };
}
