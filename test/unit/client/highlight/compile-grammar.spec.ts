import { describe, expect, it, jest } from '@jest/globals';
import type { Grammar } from 'prismjs';
import { compileGrammar } from '../../../../client/src/highlight/compile-grammar.js';

/** A pattern that takes down what it is tried on. */
function spied(tried: string[], name: string): RegExp {
  const pattern = new RegExp(name, 'g');
  jest.spyOn(pattern, 'exec').mockImplementation((text) => {
    tried.push(`${name}: ${text}`);
    return null;
  });
  return pattern;
}

describe('compileGrammar', () => {
  it('tries each pattern, however deep, on narrow and on wide text, before it resolves', async () => {
    const tried: string[] = [];
    const inner: Grammar = { one: spied(tried, 'one') };
    // As in code within templates within code.
    inner['itself'] = { pattern: spied(tried, 'itself'), inside: inner };
    const grammar: Grammar = {
      plain: spied(tried, 'plain'),
      several: [spied(tried, 'first'), { pattern: spied(tried, 'second'), greedy: true }],
      nested: { pattern: spied(tried, 'nested'), inside: inner },
      rest: { more: spied(tried, 'more') },
    };
    await compileGrammar(grammar);
    const names = ['plain', 'first', 'second', 'nested', 'one', 'itself', 'more'];
    for (const name of names) {
      expect(tried.filter((each) => each === `${name}: a b`).length).toBeGreaterThan(1);
      expect(tried.filter((each) => each === `${name}: a 漢`).length).toBeGreaterThan(1);
    }
  });
});
