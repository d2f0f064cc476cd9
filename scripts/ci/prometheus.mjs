// Runs the built demo and lets Prometheus' own tools judge its metrics: `promtool check metrics` on /metrics, then a real
// Prometheus that scrapes it until its API returns our series. Needs `promtool` and `prometheus` on PATH and a build.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const DEADLINE_MS = 60_000;
const QUERIES = [
  'up{job="rondo"} == 1',
  'sum(rondo_answers_total) >= 1',
  'sum(gen_ai_server_request_duration_seconds_count) >= 1',
];

const folder = mkdtempSync(join(tmpdir(), 'rondo-prometheus-'));
const children = [];
try {
  const service = await startDemo();
  await askOneQuestion(service);
  await checkFormat(service);
  await checkScrape(service);
  console.log('Prometheus accepts and scrapes the metrics.');
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  for (const child of children.filter(isRunning)) {
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  rmSync(folder, { recursive: true, force: true });
}

async function startDemo() {
  const port = await freePort();
  const env = { ...process.env, HOST: '127.0.0.1', PORT: String(port), DATABASE_URL: `sqlite://${folder}/rondo.db` };
  const child = start(process.execPath, ['dist/simulator/demo.js'], { env });
  const address = `http://127.0.0.1:${port}`;
  await until('the demo is ready', child, async () => (await fetch(`${address}/health/ready`)).ok);
  return address;
}

async function askOneQuestion(service) {
  const response = await fetch(`${service}/rr-chat`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ user_id: 'ci', session_id: 'metrics', message: 'Say hello.' }),
    signal: AbortSignal.timeout(DEADLINE_MS),
  });
  if (!response.ok) throw new Error(`POST /rr-chat answered ${response.status}: ${await response.text()}`);
}

async function checkFormat(service) {
  const metrics = await (await fetch(`${service}/metrics`)).text();
  const promtool = start('promtool', ['check', 'metrics']);
  promtool.stdin.end(metrics);
  const [code] = await once(promtool, 'close');
  if (code !== 0) throw new Error(`promtool check metrics failed (exit code ${code}):\n${promtool.said()}`);
}

async function checkScrape(service) {
  const { host } = new URL(service);
  const config = join(folder, 'prometheus.json');
  const job = { job_name: 'rondo', static_configs: [{ targets: [host] }] };
  // YAML is a superset of JSON.
  writeFileSync(config, JSON.stringify({ global: { scrape_interval: '1s' }, scrape_configs: [job] }));
  const address = `127.0.0.1:${await freePort()}`;
  const prometheus = start('prometheus', [
    `--config.file=${config}`,
    `--storage.tsdb.path=${join(folder, 'tsdb')}`,
    `--web.listen-address=${address}`,
  ]);
  for (const query of QUERIES) {
    const url = `http://${address}/api/v1/query?query=${encodeURIComponent(query)}`;
    await until(
      `Prometheus finds ${query}`,
      prometheus,
      async () => (await (await fetch(url)).json()).data.result.length > 0,
    );
  }
}

function start(command, args, options = {}) {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'], ...options });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => (output = (output + text).slice(-4000)));
  }
  child.on('error', (error) => (output += `${command}: ${error.message}`));
  child.said = () => output;
  children.push(child);
  return child;
}

function isRunning(child) {
  return child.pid !== undefined && child.exitCode === null && child.signalCode === null;
}

async function until(what, child, condition) {
  const deadline = Date.now() + DEADLINE_MS;
  while (!(await condition().catch(() => false))) {
    if (!isRunning(child) || Date.now() > deadline) throw new Error(`Waited in vain until ${what}:\n${child.said()}`);
    await pause(200);
  }
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  return port;
}
