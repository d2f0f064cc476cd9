import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { checkBackup } from './backup-checks.mjs';
import { Container } from './container.mjs';
import { filesIn } from './image-checks.mjs';
import { startSimulator } from './simulator.mjs';

const TEXT = 'A rondo comes back. '.repeat(10).trim();

/** Everything that has to hold of the image when it runs. @throws Error at the first thing that does not. */
export async function checkContainer(image, children) {
  const simulator = await startSimulator(children);
  const container = new Container(image, children, {
    ...simulator.env,
    ALLOW_UNAUTHENTICATED: 'true',
  });
  const before = treeOf(image);
  await checkRefusal(container, simulator);
  await container.start();
  checkPrivileges(container, image);
  await checkHealth(container);
  await checkWrites(container, image);
  await checkRecord(container);
  await checkBackup(container, 'a container');
  await checkStop(container);
  if ((await container.health()) === 0) throw new Error('HEALTHCHECK takes a stopped container for healthy');
  if (JSON.stringify(treeOf(image)) !== JSON.stringify(before)) throw new Error('its program files were changed');
  checkVolume(image);
}

async function checkRefusal(container, { env }) {
  const { code, said } = await container.runToEnd(env);
  if (code !== 1 || !said.includes('ALLOW_UNAUTHENTICATED')) {
    throw new Error(`without ALLOW_UNAUTHENTICATED it has to refuse to start, but exit code ${code}:\n${said}`);
  }
  ok('it refuses to start until ALLOW_UNAUTHENTICATED is set');
}

function checkPrivileges({ pid }, { config, sandbox }) {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const field = (name) => new RegExp(`^${name}:[ \\t]*(.*)$`, 'm').exec(status)?.[1];
  const idle = Math.round(Number.parseInt(field('VmRSS'), 10) / 1024);
  ok(`it is ready; ${idle} MB resident, ${Math.round(Number.parseInt(field('VmHWM'), 10) / 1024)} MB at most so far`);
  if (sandbox.missing.length > 0) return;
  const expected = { Uid: config.user.split(':')[0], CapEff: '0000000000000000', NoNewPrivs: '1', Groups: '' };
  for (const [name, value] of Object.entries(expected)) {
    const found = field(name)?.split('\t')[0]?.trim() ?? '';
    if (found !== value) throw new Error(`/proc/${pid}/status: ${name} is ${found} instead of ${value}`);
  }
  ok('it runs as its user, without capabilities');
}

async function checkHealth(container) {
  const code = await container.health();
  if (code !== 0) throw new Error(`HEALTHCHECK ended with ${code} although the service is ready`);
  ok('HEALTHCHECK finds it healthy');
}

/** Tries to write where nothing may be written, and to the volume. */
async function checkWrites(container, { config, sandbox }) {
  const places = sandbox.missing.length > 0 ? [config.workdir] : ['/', config.workdir, '/tmp', '/etc', '/usr/local'];
  const script = `const { writeFileSync, rmSync } = require('node:fs');
    for (const place of process.argv.slice(1)) {
      try { writeFileSync(place + '/probe', ''); rmSync(place + '/probe'); console.log(place + ': written'); }
      catch ({ code }) { console.log(place + ': ' + code); }
    }`;
  const said = await container.exec(['node', '-e', script, ...places, config.volume]);
  const written = said.split('\n').filter((line) => line.endsWith(': written'));
  if (written.length !== 1 || !said.trim().endsWith(written[0])) throw new Error(`it can write elsewhere:\n${said}`);
  ok(`only ${config.volume} can be written to`);
}

/** Asks, restarts, and looks what is left. */
async function checkRecord(container) {
  const answer = await ask(container, 'restart', 'echo: What is written stays.');
  await expectExit(container, 0);
  await container.start();
  const { history } = await (await fetch(`${container.url}/history?user_id=ci&session_id=restart`)).json();
  if (history.length !== 2 || history[1].content !== answer) throw new Error(`lost: ${JSON.stringify(history)}`);
  ok('question and answer are there after SIGTERM and a new start');
}

/** A running answer is finished, within the grace and without an error. */
async function checkStop(container) {
  const whole = ask(container, 'stop', `echo: ${TEXT}`);
  while ((await running(container)) === 0) await new Promise(setImmediate);
  await expectExit(container, 0);
  if ((await whole) !== TEXT) throw new Error(`SIGTERM broke an answer: ${await whole}`);
  ok('SIGTERM reaches Node: the running answer was finished, the exit code is 0');
}

async function running({ url }) {
  return Number(/^rondo_running_answers (\d+)$/m.exec(await (await fetch(`${url}/metrics`)).text())?.[1]);
}

async function expectExit(container, expected) {
  const code = await container.stop();
  if (code !== expected) throw new Error(`SIGTERM ended it with exit code ${code}`);
}

async function ask({ url }, session, message) {
  const response = await fetch(`${url}/rr-chat`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ user_id: 'ci', session_id: session, message }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`POST /rr-chat answered ${response.status}: ${text}`);
  return JSON.parse(text).message.content;
}

/** The program's files with what shows a change. */
function treeOf({ root, config }) {
  return filesIn(join(root, config.workdir)).map(({ path, stats }) => [path, stats.size, stats.mtimeMs]);
}

/** All files are the service's own, and none is left that belongs to a process. */
function checkVolume({ volume, config }) {
  const names = readdirSync(volume, { recursive: true });
  const [uid] = config.user.split(':').map(Number);
  const owner = process.getuid?.() === 0 ? uid : process.getuid?.();
  const strange = names.filter((name) => statSync(resolve(volume, name)).uid !== owner);
  const left = names.filter((name) => /-wal$|-shm$|\.owner-|\.partial$/.test(name) && !name.includes('/'));
  if (strange.length + left.length > 0) throw new Error(`the volume has ${[...strange, ...left].join(', ')}`);
  ok(`${config.volume} has only the database and its backups, all its user's`);
}

function ok(what) {
  console.log(`  ${what}`);
}
