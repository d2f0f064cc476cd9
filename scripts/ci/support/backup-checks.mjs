import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const DOCUMENT = resolve(import.meta.dirname, '../../../docs/operations.md');
const LINE =
  /^(?:(?:docker compose|systemctl) (?<verb>stop|start) rondo|(?:docker compose (?:exec|run --rm) -T rondo|sudo -u rondo) (?<command>.+?)(?: (?<direction>[<>]) (?<file>\S+))?)$/;

/**
 * Runs the commands that the document gives for backup and restore, as they stand there but for their `docker compose`,
 * `systemctl` or `sudo`, for which `host` stands in: `{ url, start(), stop(), exec(argv, stdio) }`. What lies between
 * backup and restore is lost, what was before comes back.
 */
export async function checkBackup(host, where) {
  const folder = mkdtempSync(join(tmpdir(), 'rondo-backup-'));
  try {
    await rename(host, 'before');
    for (const line of commandsOf(`Back up ${where}`)) await run(line, host, folder);
    await rename(host, 'after');
    for (const line of commandsOf(`Restore ${where}`)) await run(line, host, folder);
    const title = await titleOf(host);
    if (title !== 'before') throw new Error(`the restored session is called "${title}"`);
  } finally {
    rmSync(folder, { recursive: true });
  }
  console.log('  a backup taken while it runs, and restored, by the commands of docs/operations.md');
}

/** The lines of the shell block below a heading. */
function commandsOf(heading) {
  const [, rest] = readFileSync(DOCUMENT, 'utf8').split(`\n### ${heading}\n`);
  const block = /```sh\n([\s\S]*?)```/.exec(rest ?? '')?.[1];
  if (block === undefined) throw new Error(`docs/operations.md has no commands under "${heading}"`);
  return block.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
}

async function run(line, host, folder) {
  const { verb, command, direction, file } = LINE.exec(line)?.groups ?? {};
  if (verb === 'stop') await host.stop();
  else if (verb === 'start') await host.start();
  else if (command === undefined) throw new Error(`docs/operations.md has a command that can't be tried: ${line}`);
  else await redirected(host, command, direction, file && join(folder, file));
}

async function redirected(host, command, direction, file) {
  const handle = file === undefined ? undefined : openSync(file, direction === '<' ? 'r' : 'w');
  const stdio = [direction === '<' ? handle : 'ignore', direction === '>' ? handle : 'pipe', 'pipe'];
  await host.exec(['sh', '-c', `exec ${command}`], stdio);
  if (handle !== undefined) closeSync(handle);
}

/** Gives the session that is looked at a title, asking for an answer first so that there is one. */
async function rename({ url }, title) {
  const ask = { user_id: 'ci', session_id: 'backup', message: 'echo: Hello.' };
  await send(`${url}/rr-chat`, 'POST', ask);
  await send(`${url}/sessions/backup?user_id=ci`, 'PATCH', { title });
}

async function send(url, method, body) {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(url, { method, headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${method} ${url} answered ${response.status}: ${await response.text()}`);
  await response.arrayBuffer();
}

async function titleOf({ url }) {
  const { sessions } = await (await fetch(`${url}/sessions?user_id=ci`)).json();
  return sessions.find(({ session_id }) => session_id === 'backup')?.title;
}
