import { doubtsOf } from '../measure/saturation.js';
import type { BenchResults } from '../results.js';
import { microTable } from '../micro/micro-table.js';
import { goalResults } from './goals.js';
import { helpersLine } from './helpers-line.js';
import { figure, markdownTable } from './markdown-table.js';
import { summarize } from './summary.js';
import { heading, remarks, table } from './table.js';

/** Where a curve's plot is, seen from the page. */
export function plotPath(name: string): string {
  return `images/benchmark-${name}.svg`;
}

/**
 * `docs/benchmark.md`, every figure of it from one run.
 * @param notes what people have to say about the figures, see {@link notesOf}
 */
export function benchmarkPage(results: BenchResults, notes = ''): string {
  return [
    '# Benchmark',
    INTRODUCTION,
    machineParagraph(results),
    '## What was to be reached',
    goalsTable(results),
    GOALS_NOTE,
    [NOTES_BEGIN, notes, NOTES_END].filter((part) => part !== '').join('\n\n'),
    '## Side by side',
    SIDE_BY_SIDE,
    targetsList(results),
    ...results.scenarios.flatMap((result) => {
      const summaries = summarize(result);
      return [`### ${heading(result.scenario)}`, table(summaries), list([...remarks(summaries), helpersLine(result)])];
    }),
    ...startSection(results),
    ...growthSection(results),
    ...microSection(results),
    '## How it is measured',
    METHOD,
    '## Repeat it',
    REPEAT,
  ]
    .filter((part) => part !== '')
    .join('\n\n')
    .concat('\n');
}

const NOTES_BEGIN = '<!-- notes: by hand, and kept when the page is written anew -->';
const NOTES_END = '<!-- end of notes -->';

/** What somebody wrote between the marks of an earlier page; empty if nothing. */
export function notesOf(page: string): string {
  const begin = page.indexOf(NOTES_BEGIN);
  const end = page.indexOf(NOTES_END);
  return begin === -1 || end < begin ? '' : page.slice(begin + NOTES_BEGIN.length, end).trim();
}

const INTRODUCTION = `What Rondo adds to an answer on its way from the provider to the reader, beside what others add, in one run on one
machine. This page is written by \`npm run bench -- --page\`; no figure in it was typed. **Ratios** to the bare pipe in the
same round are what counts: another machine has other microseconds.`;

const GOALS_NOTE = `A ratio is the median of the ratios within each round. "–" means that this run has no figure for it.`;

const SIDE_BY_SIDE = `CPU is that of the target's processes, from before the first question until it is at rest again, for each Server-Sent
Event that the upstream wrote. "Added" is beyond what the upstream itself held a token back, and beyond its pace. Rondo
sends the first token at once and what follows once a display frame (16 ms), so its gaps are those of a frame, not of a
token.`;

const GROWTH = `CPU per event should not depend on how much there is of anything. Where answers are short, their beginning and end weigh
more on each event. A hollow mark: something was at its limit, or others needed the machine.`;

const MICRO = `One step on an event's way by itself (\`npm run bench:micro\`): time, and bytes allocated on the JavaScript heap, per event.`;

const METHOD = `- The upstream and the load generator are processes of their own. The upstream makes its bytes once and serves all
  streams by one timer, at times that don't depend on one another, in events as OpenAI-compatible providers send them
  (about 230 bytes). The load generator reads raw sockets, keeps the bytes and looks at the clock; when a round is over,
  every answer is decoded and compared with what was sent. One wrong character is an error.
- Targets take turns: each round has one turn of every target, each time another one begins, and waits for a calm
  machine before each turn. Each has been warmed up.
- Both helpers say how busy their event loops were. A round in which one was busy for more than 90 % is thrown away and
  counted; rounds in which the target or the machine was at its limit, or in which other processes took more than 15 %,
  are counted too.
- CPU and memory come from \`/proc\`: user and system time of all threads and child processes. Memory per stream is what
  is resident while all streams are open, beyond the fresh process that nobody has asked anything.
- The event-loop delay is Rondo's own metric (\`nodejs_eventloop_lag_p99_seconds\`), whose sampling makes about 10 ms of
  an idle loop.
- Rondo runs with its defaults: history in a SQLite file, metrics, a log line per request and answer, each question by
  another user in a session of its own. Only nginx keeps anything else: a line per request in its access log.`;

const REPEAT = `\`\`\`sh
npm run bench                      # everything, about a quarter of an hour; results in data/bench/results.json
npm run bench -- --page            # and this page
npm run bench -- --quick           # pipe and Rondo, 10 ms and 2 ms, two rounds
npm run bench -- --scenarios 10ms-100 --targets pipe,rondo,portkey --rounds 5
npm run bench -- --streams 500 --pace 5 --tokens 400 --targets pipe,rondo
npm run bench -- --quick --prefer  # as root, on a machine that others use too
npm run bench:micro
\`\`\`

It needs Linux and as many cores as possible, at least two; with two, 2,000 streams fill the machine. The peers are
installed into \`bench/peers\`, whose README says what had to be done to them; nginx is measured where it is installed.`;

function machineParagraph(results: BenchResults): string {
  const { machine, startedAt, minutes, revision } = results;
  const { processor, cores, memoryGb, system, node } = machine;
  const of = revision === '' ? '' : ` of revision ${revision}`;
  return `Measured${of} on ${startedAt.slice(0, 10)} in ${minutes.toFixed(0)} minutes, on ${cores} cores (${processor}), ${memoryGb} GB,
${system}, Node ${node.slice(1)}.${noise(results)} The cores are shared by target, upstream and load generator: take the ranges as
seriously as the medians.`;
}

/** How calm the machine was, in one sentence. */
function noise({ scenarios, preferred }: BenchResults): string {
  const preference = preferred ? ' The system preferred these processes to all others (`--prefer`).' : '';
  const rounds = scenarios.flatMap(({ targets }) => targets.flatMap((target) => target.rounds));
  const noisy = rounds.filter((round) => doubtsOf(round).includes('noisy')).length;
  if (noisy === 0) return ` Other processes took no more than 15 % of the machine in any round.${preference}`;
  return ` In ${noisy} of ${rounds.length} rounds other processes took more than 15 % of the machine.${preference}`;
}

function goalsTable(results: BenchResults): string {
  const rows = goalResults(results).map(({ what, goal, measured, unit, met }) => [
    what,
    `${goal} ${unit}`.trim(),
    `${figure(measured)} ${measured === undefined ? '' : unit}`.trim(),
    met === undefined ? '–' : met ? 'yes' : 'no',
  ]);
  return markdownTable(['goal', 'limit', 'measured', 'met'], rows);
}

function targetsList(results: BenchResults): string {
  const known = new Map(
    results.scenarios.flatMap(({ targets }) => targets.map((one) => [one.target, one.description])),
  );
  return list([...known].map(([target, description]) => `**${target}**: ${description}`));
}

function startSection({ start }: BenchResults): string[] {
  if (start.length === 0) return [];
  const rows = start.map(({ target, readyMs, idleRssMb }) => [
    target,
    figure(readyMs.median),
    figure(idleRssMb.median),
  ]);
  return [
    '## At rest',
    markdownTable(['process', 'ready after ms', 'RSS idle MB'], rows),
    list(start.map(({ target, description }) => `**${target}**: ${description}`)),
  ];
}

function growthSection({ growth }: BenchResults): string[] {
  if (growth.length === 0) return [];
  return [
    '## Growth',
    GROWTH,
    ...growth.flatMap(({ name, y, x, load }) => [`![${y} by ${x}](${plotPath(name)})`, `Load: ${load}.`]),
  ];
}

function microSection({ micro }: BenchResults): string[] {
  if (micro.length === 0) return [];
  return ['## Step by step', MICRO, microTable(micro), list(micro.map(({ name, what }) => `**${name}**: ${what}`))];
}

function list(items: readonly string[]): string {
  return items.map((item) => `- ${item}`).join('\n');
}
