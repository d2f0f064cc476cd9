import { describe, expect, it } from '@jest/globals';
import { goalResults } from '../../../../bench/report/goals.js';
import { benchResults, load, round, scenario, targetResult } from '../../../support/bench-results.js';

const goal = (what: string, results = benchResults()) => {
  const found = goalResults(results).find((one) => one.what.startsWith(what));
  if (found === undefined) throw new Error(`no goal begins with ${what}`);
  return found;
};

const spreadOf = (median: number) => ({ median, lowest: median, highest: median });

describe('a goal', () => {
  const scenarios = [
    {
      scenario: scenario('10ms-100'),
      targets: [targetResult('pipe', [round(10), round(20)]), targetResult('rondo', [round(12), round(20)])],
    },
    {
      scenario: scenario('instant-10'),
      targets: [
        targetResult('portkey', [round(50, { load: load({ answersPerSecond: 300 }) })]),
        targetResult('rondo', [round(20, { load: load({ answersPerSecond: 900 }) })]),
      ],
    },
    {
      scenario: scenario('20ms-2000'),
      targets: [targetResult('rondo', [round(1, { openRssKb: 120 * 1024 + 40_000 })])],
    },
  ];

  it('that must not be exceeded is met up to its limit', () => {
    expect(goal('CPU per event, 10 ms a token, to the bare pipe', benchResults({ scenarios }))).toMatchObject({
      measured: 1.1,
      goal: '≤ 1.1',
      met: true,
    });
  });

  it('that must be reached is met from its limit on', () => {
    expect(goal('Whole answers', benchResults({ scenarios }))).toMatchObject({ measured: 3, goal: '≥ 2.5', met: true });
  });

  it('is compared with the fresh process where it is about memory', () => {
    expect(goal('RSS per open stream', benchResults({ scenarios }))).toMatchObject({ measured: 20, met: true });
  });

  it('is missed where the figure is beyond its limit', () => {
    const start = [
      { target: 'rondo', description: '', readyMs: spreadOf(3500), idleRssMb: spreadOf(180) },
      { target: 'bare-nest', description: '', readyMs: spreadOf(900), idleRssMb: spreadOf(150) },
    ];
    expect(goal('Ready', benchResults({ start }))).toMatchObject({ measured: 3500, met: false });
    expect(goal('Idle RSS', benchResults({ start }))).toMatchObject({ measured: 1.2, met: false });
  });

  it('is neither met nor missed where the run has no figure for it', () => {
    expect(goalResults(benchResults()).map(({ met }) => met)).toEqual(goalResults(benchResults()).map(() => undefined));
  });
});
