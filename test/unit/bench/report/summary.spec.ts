import { describe, expect, it } from '@jest/globals';
import { summarize } from '../../../../bench/report/summary.js';
import { remarks, table } from '../../../../bench/report/table.js';
import { load, round, scenario, targetResult } from '../../../support/bench-results.js';

const saturated = { ...round(1).upstream, utilization: 0.99 };

function summariesOf(pipe: Parameters<typeof targetResult>[1], rondo: Parameters<typeof targetResult>[1]) {
  return summarize({
    scenario: scenario('20ms-1000'),
    targets: [targetResult('pipe', pipe), targetResult('rondo', rondo)],
  });
}

describe('the summary of a scenario', () => {
  it('has medians, and ratios to the pipe within each round', () => {
    const [pipe, rondo] = summariesOf([round(10), round(40), round(20)], [round(11), round(36), round(24)]);
    expect(pipe).toMatchObject({ cpuUsPerEvent: 20, rounds: 3, soundRounds: 3 });
    expect(pipe?.cpuRatio).toBeUndefined();
    expect(rondo?.cpuUsPerEvent).toBe(24);
    expect(rondo?.cpuRatio?.median).toBeCloseTo(1.1);
    expect(rondo?.cpuRatio?.lowest).toBeCloseTo(0.9);
    expect(rondo?.cpuRatio?.highest).toBeCloseTo(1.2);
  });

  it('concludes nothing from a round in which the benchmark itself was at its limit', () => {
    const [pipe, rondo] = summariesOf([round(10), round(10)], [round(20), round(99, { upstream: saturated })]);
    expect(pipe?.soundRounds).toBe(2);
    expect(rondo).toMatchObject({ cpuUsPerEvent: 20, rounds: 2, soundRounds: 1, cpuRatio: { median: 2, highest: 2 } });
    expect(rondo?.doubts).toEqual({ 'upstream saturated': 1 });
  });

  it('counts what a stream weighs from the fresh process on', () => {
    const [, rondo] = summariesOf([round(1)], [round(1, { openRssKb: 120 * 1024 + 30_000 })]);
    expect(rondo?.rssPerStreamKb).toBe(30);
  });

  it('adds the errors of all rounds up, and says of what kind they were', () => {
    const failing = round(1, { load: load({ errors: { 'wrong text': 2, 'status 503': 1 } }) });
    const summaries = summariesOf([round(1)], [failing, failing]);
    expect(summaries[1]?.errors).toEqual({ 'wrong text': 4, 'status 503': 2 });
    expect(remarks(summaries)).toContain('rondo: 4 of 20 answers: wrong text');
    expect(table(summaries)).toMatch(/\| rondo .* 6 \|$/m);
  });

  it('names a target that could not be measured', () => {
    const result = { target: 'nginx', description: '', absence: 'nginx is not installed', rounds: [] };
    const summaries = summarize({
      scenario: scenario('10ms-100'),
      targets: [targetResult('pipe', [round(1)]), result],
    });
    expect(remarks(summaries)).toEqual(['nginx: not measured: nginx is not installed']);
  });
});
