/**
 * Mixed load for a long time: whether memory, sockets and timers stay where they were. Not part of `npm test`.
 * usage: npm run soak [-- MINUTES [CLIENTS]]      (30 and 40 by default)
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startSimulator } from '../../dist/simulator/provider-simulator.js';

const minutes = Number(process.argv[2] ?? 30);
const clients = Number(process.argv[3] ?? 40);
const SAMPLE_MS = 5_000;
const MB = 1024 * 1024;

const simulator = await startSimulator({ pace: { firstTokenMs: 5, tokenMs: 3 }, sameAnswer: true });
const folder = mkdtempSync(path.join(tmpdir(), 'rondo-soak-'));
const port = 20_000 + Math.floor(Math.random() * 20_000);
const url = `http://127.0.0.1:${port}`;
const service = spawn(process.execPath, ['dist/main.js'], {
  stdio: ['ignore', 'ignore', 'inherit'],
  env: {
    PATH: process.env.PATH,
    PORT: String(port),
    RONDO_ENV_FILE: '',
    DATABASE_URL: `sqlite://${folder}/soak.db`,
    LOG_LEVEL: 'error',
    RATE_LIMIT: '1000000000',
    MAX_RUNNING_PER_USER: '1000',
    DETACH_GRACE_MS: '5000',
    GROQ_API_KEY: 'k',
    GROQ_BASE_URL: simulator.groq.baseUrl,
    MISTRAL_API_KEY: 'k',
    MISTRAL_BASE_URL: simulator.mistral.baseUrl,
    DEEPSEEK_API_KEY: 'k',
    DEEPSEEK_BASE_URL: simulator.deepseek.baseUrl,
  },
});
const endsAt = Date.now() + minutes * 60_000;
/** Why, of what failed. */
const reasons = new Map();
const counts = { whole: 0, left: 0, resumed: 0, stopped: 0, failed: 0 };

async function reader(number) {
  for (let turn = 0; Date.now() < endsAt; turn++) {
    const kind = ['whole', 'left', 'whole', 'resumed', 'whole', 'stopped'][turn % 6];
    // A session grows for a while, then the next one begins.
    const body = {
      user_id: `u${number}`,
      session_id: `s${Math.floor(turn / 20)}`,
      message: `soak ${turn}: count to 300`,
      supersede: true,
    };
    await one(kind, body).then(
      () => counts[kind]++,
      (error) => {
        counts.failed++;
        reasons.set(error.message, (reasons.get(error.message) ?? 0) + 1);
      },
    );
  }
}

async function one(kind, body) {
  const cut = new AbortController();
  const response = await fetch(`${url}/rr-chat/stream`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal: cut.signal,
  });
  if (response.status !== 200) throw new Error(`status ${response.status}`);
  if (kind === 'whole') {
    return requireWhole(await response.text());
  }
  const id = response.headers.get('x-answer-id');
  const stream = response.body.getReader();
  await stream.read();
  if (kind === 'stopped') await fetch(`${url}/rr-chat/stream/${id}/stop`, { method: 'POST' });
  cut.abort();
  if (kind !== 'resumed') return;
  const rest = await fetch(`${url}/rr-chat/stream/${id}`, { headers: { 'last-event-id': '0.0.0' } });
  requireWhole(await rest.text());
}

function requireWhole(text) {
  if (!text.includes('"finish_reason":"stop"'))
    throw new Error(/"code":"(\w+)","class"/.exec(text)?.[1] ?? text.slice(-200));
}

/** Faults come and go: now and then a provider breaks off, is rate-limited or answers 500. */
async function weather() {
  while (Date.now() < endsAt) {
    await simulator.groq.fault({ kind: 'reset', at: 'cut', afterTokens: 40, times: 2 });
    await simulator.mistral.fault({ kind: 'status', status: 500, times: 2 });
    await simulator.deepseek.fault({ kind: 'status', status: 429, headers: { 'retry-after': '2' }, times: 1 });
    await delay(10_000);
  }
}

async function sample() {
  const text = await fetch(`${url}/metrics`).then((response) => response.text());
  const value = (name) => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1]);
  return {
    heap: value('nodejs_heap_size_used_bytes') / MB,
    rss: value('process_resident_memory_bytes') / MB,
    files: readdirSync(`/proc/${service.pid}/fd`).length,
    running: value('rondo_running_answers'),
    streams: value('rondo_open_streams'),
  };
}

async function samples() {
  const list = [];
  while (Date.now() < endsAt) {
    await delay(SAMPLE_MS);
    list.push(await sample());
  }
  return list;
}

/** The floor of a saw-tooth: what is left after collections. */
const floor = (list, field) => Math.min(...list.map((one) => one[field])).toFixed(1);

while (
  !(await fetch(`${url}/health/ready`).then(
    (response) => response.ok,
    () => false,
  ))
)
  await delay(100);
const [list] = await Promise.all([
  samples(),
  weather(),
  ...Array.from({ length: clients }, (_, number) => reader(number)),
]);
await delay(5_000);
const after = await sample();
const third = Math.floor(list.length / 3);
const show = (name, part) =>
  console.log(`${name}: heap ${floor(part, 'heap')} MB, rss ${floor(part, 'rss')} MB, files ${floor(part, 'files')}`);
console.log(`${minutes} minutes, ${clients} clients: ${JSON.stringify(counts)}`);
if (reasons.size > 0) console.log(`failed: ${JSON.stringify(Object.fromEntries(reasons))}`);
show('first third ', list.slice(0, third));
show('second third', list.slice(third, 2 * third));
show('last third  ', list.slice(2 * third));
console.log(`afterwards: ${JSON.stringify(after)}`);
service.kill('SIGTERM');
await simulator.close();
rmSync(folder, { recursive: true, force: true });
const grown = Number(floor(list.slice(2 * third), 'heap')) / Number(floor(list.slice(third, 2 * third), 'heap'));
console.log(`heap floor of the last third against the second: ${grown.toFixed(2)}`);
process.exit(grown > 1.25 || after.running !== 0 || after.streams !== 0 ? 1 : 0);
