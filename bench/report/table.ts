import type { Scenario } from '../scenarios/scenarios.js';
import { figure, markdownTable } from './markdown-table.js';
import type { Summary } from './summary.js';
import type { Spread } from '../measure/statistics.js';

interface Column {
  title: string;
  cell: (summary: Summary) => string;
}

const COLUMNS: readonly Column[] = [
  { title: 'target', cell: ({ target }) => target },
  { title: 'CPU µs/event', cell: ({ cpuUsPerEvent }) => figure(cpuUsPerEvent) },
  { title: '× pipe (range)', cell: ({ cpuRatio }) => range(cpuRatio) },
  {
    title: 'added first token p50 / p99 ms',
    cell: ({ addedFirstTokenP50Ms: p50, addedFirstTokenP99Ms: p99 }) => `${figure(p50)} / ${figure(p99)}`,
  },
  { title: 'added gap p99 ms', cell: ({ addedGapP99Ms }) => figure(addedGapP99Ms) },
  { title: 'answers/s', cell: ({ answersPerSecond }) => figure(answersPerSecond) },
  { title: 'RSS idle / peak MB', cell: ({ idleRssMb, peakRssMb }) => `${figure(idleRssMb)} / ${figure(peakRssMb)}` },
  { title: 'KB/stream', cell: ({ rssPerStreamKb }) => figure(rssPerStreamKb) },
  { title: 'loop delay p99 ms', cell: ({ eventLoopDelayP99Ms }) => figure(eventLoopDelayP99Ms) },
  { title: 'errors', cell: errorCount },
];

/** A scenario's summaries as a Markdown table, which reads well in a terminal too. */
export function table(summaries: readonly Summary[]): string {
  const present = summaries.filter(({ rounds }) => rounds > 0);
  return markdownTable(
    COLUMNS.map(({ title }) => title),
    present.map((summary) => COLUMNS.map(({ cell }) => cell(summary))),
  );
}

/** What a reader must know about the figures: who is missing and why, what failed, what was at its limit. */
export function remarks(summaries: readonly Summary[]): string[] {
  return [...summaries.flatMap(ofTarget), ...doubtful(summaries)];
}

function ofTarget({ target, absence, errors, answers, rounds, soundRounds }: Summary): string[] {
  return [
    ...(absence === undefined ? [] : [`${target}: not measured: ${absence}`]),
    ...Object.entries(errors).map(([why, count]) => `${target}: ${count} of ${answers} answers: ${why}`),
    ...(rounds > 0 && soundRounds === 0
      ? [`${target}: no figures: the benchmark itself did not keep up in any round`]
      : []),
  ];
}

/** One line for each doubt: in how many rounds of which targets. */
function doubtful(summaries: readonly Summary[]): string[] {
  const where = summaries.flatMap(({ target, doubts, rounds }) =>
    Object.entries(doubts).map(([doubt, count]) => ({ doubt, text: `${target} ${count}/${rounds}` })),
  );
  const lines = Map.groupBy(where, ({ doubt }) => doubt);
  return [...lines].map(([doubt, places]) => `${doubt} in rounds of: ${places.map(({ text }) => text).join(', ')}`);
}

export function heading({ name, title, tokens }: Scenario): string {
  return `${name}: ${title}, ${tokens + 4} events an answer`;
}

function errorCount({ errors }: Summary): string {
  return String(Object.values(errors).reduce((sum, count) => sum + count, 0));
}

function range(value: Spread | undefined): string {
  if (value === undefined) return '–';
  return `${value.median.toFixed(2)} (${value.lowest.toFixed(2)}–${value.highest.toFixed(2)})`;
}
