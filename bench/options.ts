import { parseArgs } from 'node:util';
import { SCENARIOS, type Scenario } from './scenarios/scenarios.js';
import { TARGETS } from './targets/targets.js';
import type { Target } from './targets/target.js';

/** What is measured besides targets under load. */
export type Part = 'start' | 'growth' | 'micro';

export interface BenchOptions {
  /** With who is measured in each. */
  scenarios: readonly { scenario: Scenario; targets: readonly Target[] }[];
  parts: readonly Part[];
  /** Where the JSON goes. */
  out: string;
  /** Writes docs/benchmark.md too. */
  page: boolean;
  /** Results of an earlier run, instead of measuring. */
  from?: string;
  /** Has the system prefer the benchmark's processes to all others. */
  prefer: boolean;
}

/** What was typed is no option of the benchmark. */
export class UsageError extends Error {}

const PARTS: readonly { name: Part }[] = [{ name: 'start' }, { name: 'growth' }, { name: 'micro' }];

export const USAGE = `usage: npm run bench -- [options]
  --quick             a short run: 10ms-100 and 2ms-100, pipe and rondo, two rounds, nothing else
  --scenarios a,b     of ${names(SCENARIOS)}; or none
  --targets a,b       of ${names(TARGETS)}
  --rounds n          turns that each target gets in a scenario
  --streams n, --pace ms, --tokens n, --seconds s
                      a scenario of one's own, from what is given and 10ms-100
  --parts a,b         of ${names(PARTS)}; or none: what is measured besides
  --out file          where the results go as JSON
  --prefer            has the system prefer these processes to all others (needs root): for a machine that is not calm
  --page              writes docs/benchmark.md and its plots from the results`;

const OPTIONS = {
  quick: { type: 'boolean', default: false },
  page: { type: 'boolean', default: false },
  prefer: { type: 'boolean', default: false },
  scenarios: { type: 'string' },
  targets: { type: 'string' },
  rounds: { type: 'string' },
  streams: { type: 'string' },
  pace: { type: 'string' },
  tokens: { type: 'string' },
  seconds: { type: 'string' },
  parts: { type: 'string' },
  from: { type: 'string' },
  out: { type: 'string', default: 'data/bench/results.json' },
} as const;

type Typed = ReturnType<typeof parsed>;

const QUICK = { scenarios: '10ms-100,2ms-100', targets: 'pipe,rondo', rounds: '2', parts: 'none' };

/** @throws UsageError */
export function readOptions(args: readonly string[]): BenchOptions {
  const typed = parsed(args);
  const values: Typed = typed.quick ? { ...QUICK, ...typed } : typed;
  const own = ownScenario(values);
  const wanted = own === undefined ? chosen(SCENARIOS, values.scenarios ?? names(SCENARIOS)) : [own];
  const parts = values.parts ?? (own === undefined && values.scenarios === undefined ? names(PARTS) : 'none');
  return {
    scenarios: wanted.map((scenario) => ({
      scenario: { ...scenario, rounds: whole('rounds', values.rounds, 1) ?? scenario.rounds },
      targets: chosen(TARGETS, values.targets ?? scenario.targets?.join() ?? names(TARGETS)),
    })),
    parts: chosen(PARTS, parts).map(({ name }) => name),
    out: values.out,
    page: values.page,
    prefer: values.prefer,
    ...(values.from === undefined ? {} : { from: values.from }),
  };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function ownScenario(values: Typed): Scenario | undefined {
  const { streams, pace, tokens, seconds } = values;
  if ([streams, pace, tokens, seconds].every((value) => value === undefined)) return undefined;
  const usual = SCENARIOS[0]!;
  const own = {
    ...usual,
    name: 'own',
    streams: whole('streams', streams, 1) ?? usual.streams,
    paceMs: whole('pace', pace, 0) ?? usual.paceMs,
    tokens: whole('tokens', tokens, 2) ?? usual.tokens,
    holdMs: (whole('seconds', seconds, 1) ?? usual.holdMs / 1000) * 1000,
  };
  return { ...own, title: `${own.streams} streams, a token every ${own.paceMs} ms` };
}

function whole(name: string, value: string | undefined, lowest: number): number | undefined {
  if (value === undefined) return undefined;
  const number = Number(value);
  if (Number.isInteger(number) && number >= lowest) return number;
  throw new UsageError(`--${name} must be a whole number from ${lowest}`);
}

function chosen<Item extends { name: string }>(all: readonly Item[], list: string): Item[] {
  if (list === 'none') return [];
  return list.split(',').map((name) => {
    const item = all.find((candidate) => candidate.name === name.trim());
    if (item === undefined) throw new UsageError(`there is no ${name.trim()}: choose of ${names(all)}`);
    return item;
  });
}

function names(items: readonly { name: string }[]): string {
  return items.map(({ name }) => name).join();
}
