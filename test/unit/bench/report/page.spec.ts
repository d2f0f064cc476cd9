import { describe, expect, it } from '@jest/globals';
import { benchmarkPage, notesOf } from '../../../../bench/report/page.js';
import { plot } from '../../../../bench/report/plot.js';
import { benchResults, round, scenario, targetResult } from '../../../support/bench-results.js';

const curve = {
  name: 'streams',
  title: 'More streams',
  x: 'open streams',
  y: 'CPU µs per event',
  load: 'more and more',
  series: [
    {
      target: 'pipe',
      points: [
        { x: 100, y: 20, doubtful: false },
        { x: 1000, y: 10, doubtful: true },
      ],
    },
  ],
};

describe('the page', () => {
  const page = benchmarkPage(
    benchResults({
      scenarios: [
        {
          scenario: scenario('10ms-100'),
          targets: [targetResult('pipe', [round(10)]), targetResult('rondo', [round(12.5)])],
        },
      ],
      growth: [curve],
    }),
  );

  it('shows the figures of the run it was written from', () => {
    expect(page).toMatch(/\| rondo +\| +12\.5 \| 1\.25 \(1\.25–1\.25\) \|/);
    expect(page).toContain('on 2026-11-23 in 12 minutes');
    expect(page).toContain('revision abc1234');
  });

  it('says which goals were met', () => {
    expect(page).toMatch(/CPU per event, 10 ms a token, to the bare pipe +\| +≤ 1\.1 × \| +1\.25 × \| +no \|/);
  });

  it('shows each plot', () => {
    expect(page).toContain('](images/benchmark-streams.svg)');
  });
});

describe('what was written on the page by hand', () => {
  it('is found again, and stays when the page is written anew', () => {
    const page = benchmarkPage(benchResults(), 'The rest is the framework.\n\nSee the record.');
    expect(notesOf(page)).toBe('The rest is the framework.\n\nSee the record.');
    expect(benchmarkPage(benchResults({ minutes: 3 }), notesOf(page))).toContain('The rest is the framework.');
  });

  it('is nothing on a page without notes, or without marks', () => {
    expect(notesOf(benchmarkPage(benchResults()))).toBe('');
    expect(notesOf('# Another page')).toBe('');
  });
});

describe('a plot', () => {
  const points = [...plot(curve).matchAll(/<circle cx="([\d.]+)" cy="([\d.]+)" r="4" fill="([^"]+)"/g)];

  it('has a mark for each point, from left to right, the larger value higher up', () => {
    const [first, second] = points.map(([, x, y]) => ({ x: Number(x), y: Number(y) }));
    expect(points).toHaveLength(2);
    expect(second!.x).toBeGreaterThan(first!.x);
    expect(second!.y).toBeGreaterThan(first!.y);
  });

  it('begins at zero: half the value is half as high', () => {
    const bottom = Number(/y1="([\d.]+)"/.exec(plot(curve))?.[1]);
    const [first, second] = points.map(([, , y]) => bottom - Number(y));
    expect(first! / second!).toBeCloseTo(2, 1);
  });

  it('draws hollow what was measured at a limit', () => {
    expect(points.map(([, , , fill]) => fill === '#fff')).toEqual([false, true]);
  });
});
