// Runs the built demo and lets Prometheus' own tools judge its metrics: `promtool check metrics` on /metrics, then a real
// Prometheus that scrapes it until its API returns our series. The alerts of deploy/alerts.yml are tried by promtool with
// made-up series, and by that Prometheus with ours. Needs `promtool` and `prometheus` on PATH and a build.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Children, fail, freePort, until } from './support/children.mjs';

const DEADLINE_MS = 60_000;
const ALERTS = resolve('deploy/alerts.yml');
const QUERIES = [
  'up{job="rondo"} == 1',
  'sum(rondo_answers_total) >= 1',
  'sum(gen_ai_server_request_duration_seconds_count) >= 1',
];

const folder = mkdtempSync(join(tmpdir(), 'rondo-prometheus-'));
const children = new Children();
try {
  await children.run('promtool', ['check', 'rules', ALERTS]);
  await children.run('promtool', ['test', 'rules', 'deploy/alerts.test.yml']);
  const service = await startDemo();
  await askOneQuestion(service);
  await checkFormat(service);
  await checkScrape(service);
  console.log('Prometheus accepts and scrapes the metrics, and its alerts work.');
} catch (error) {
  fail(error);
} finally {
  await children.killAll();
  rmSync(folder, { recursive: true, force: true });
}

async function startDemo() {
  const port = await freePort();
  const env = { ...process.env, HOST: '127.0.0.1', PORT: String(port), DATABASE_URL: `sqlite://${folder}/rondo.db` };
  const child = children.start(process.execPath, ['dist/simulator/demo.js'], { env });
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
  const promtool = children.start('promtool', ['check', 'metrics']);
  promtool.stdin.end(metrics);
  const code = await promtool.ended;
  if (code !== 0) throw new Error(`promtool check metrics failed (exit code ${code}):\n${promtool.said()}`);
}

async function checkScrape(service) {
  const { host } = new URL(service);
  const config = join(folder, 'prometheus.json');
  const job = { job_name: 'rondo', static_configs: [{ targets: [host] }] };
  const global = { scrape_interval: '1s', evaluation_interval: '1s' };
  // YAML is a superset of JSON.
  writeFileSync(config, JSON.stringify({ global, scrape_configs: [job], rule_files: [ALERTS] }));
  const address = `127.0.0.1:${await freePort()}`;
  const prometheus = children.start('prometheus', [
    `--config.file=${config}`,
    `--storage.tsdb.path=${join(folder, 'tsdb')}`,
    `--web.listen-address=${address}`,
  ]);
  const api = async (path) => (await (await fetch(`http://${address}/api/v1/${path}`)).json()).data;
  for (const query of [...QUERIES, ...namesInAlerts()]) {
    const found = async () => (await api(`query?query=${encodeURIComponent(query)}`)).result.length > 0;
    await until(`Prometheus finds ${query}`, prometheus, found);
  }
  await until('Prometheus has evaluated all alerts', prometheus, async () => {
    const { groups } = await api('rules');
    const states = groups.flatMap(({ rules }) => rules.map(({ health, state }) => `${health} ${state}`));
    return states.length > 0 && states.every((state) => state === 'ok inactive');
  });
}

/** A query for each of our metrics that the alerts name; a histogram's series count as the histogram. */
function namesInAlerts() {
  const names = readFileSync(ALERTS, 'utf8').match(/\b(rondo|gen_ai)_\w+/g);
  return [...new Set(names)].map((name) => `{__name__=~"${name}(_count)?"}`);
}
