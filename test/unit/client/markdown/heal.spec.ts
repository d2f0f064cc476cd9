import { describe, expect, it } from '@jest/globals';
import { heal } from '../../../../client/src/markdown/heal.js';

describe('heal', () => {
  it.each([
    ['a **bo', 'a **bo**'],
    ['a **bold*', 'a **bold**'],
    ['a *it', 'a *it*'],
    ['a ***both', 'a ***both***'],
    ['run `npm i', 'run `npm i`'],
    ['run `', 'run'],
    ['a ~~go', 'a ~~go~~'],
    ['see [the docs](https://exa', 'see the docs'],
    ['see [the do', 'see the do'],
    ['an ![im', 'an im'],
    ['snake_case', 'snake_case'],
    ['2 * 3', '2 * 3'],
    ['done **bold** text', 'done **bold** text'],
    ['text\n-', 'text'],
    ['text\n\n#', 'text'],
    ['| a | b', ''],
    ['| a | b |\n|--', ''],
    ['text\n\n```p', 'text'],
    ['```js\na * b\n``', '```js\na * b'],
    ['```js\na **b', '```js\na **b'],
  ])('makes %j presentable', (source, readable) => {
    expect(heal(source).trimEnd()).toBe(readable);
  });

  it.each([
    '**open in the first\n\n[also\n\n',
    '- `open in an item\n  \n  ',
    '> `open in a quotation\n>\n> ',
    'an *open* `one\n \t\n',
  ])('leaves all but the last block alone: %j', (before) => {
    expect(heal(`${before}now **he`)).toBe(`${before}now **he**`);
  });
});
