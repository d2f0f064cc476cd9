import { describe, expect, it } from '@jest/globals';
import { readOptions, UsageError } from '../../../bench/options.js';

const namesOf = (args: string[]) =>
  readOptions(args).scenarios.map(({ scenario, targets }) => [scenario.name, targets.map(({ name }) => name)]);

describe('the options of the benchmark', () => {
  it('measure everything where none is given', () => {
    const { scenarios, parts } = readOptions([]);
    expect(scenarios).toHaveLength(5);
    expect(scenarios[0]?.targets.map(({ name }) => name)).toEqual([
      'pipe',
      'rondo',
      'nginx',
      'naive-sse',
      'portkey',
      'ai-sdk',
    ]);
    expect(parts).toEqual(['start', 'growth', 'micro']);
  });

  it('make a short run of --quick, which others can change', () => {
    expect(readOptions(['--quick']).parts).toEqual([]);
    expect(namesOf(['--quick', '--targets', 'rondo'])).toEqual([
      ['10ms-100', ['rondo']],
      ['2ms-100', ['rondo']],
    ]);
    expect(readOptions(['--quick', '--rounds', '7']).scenarios[0]?.scenario.rounds).toBe(7);
  });

  it('take a scenario of one’s own', () => {
    const [own] = readOptions(['--streams', '7', '--pace', '5', '--tokens', '50', '--seconds', '3']).scenarios;
    expect(own?.scenario).toMatchObject({ streams: 7, paceMs: 5, tokens: 50, holdMs: 3000 });
  });

  it.each([
    ['--rounds', '0'],
    ['--rounds', 'many'],
    ['--targets', 'pipe,nobody'],
    ['--scenarios', '3ms-100'],
    ['--streams', '-1'],
    ['--colour', 'red'],
  ])('refuse %s %s', (option, value) => {
    expect(() => readOptions([option, value])).toThrow(UsageError);
  });
});
