import { describe, expect, it } from '@jest/globals';
import { withoutJsonEscapes } from '../../../src/openai/json-escapes.js';

describe('JSON without its escapes', () => {
  it.each(['', 'plain', 'f\u00fcr "two"\n\tlines', '\\', '\\\\u0066', '/\b\f\r', '\ud83d\ude00', '\u0000\u2028'])(
    'is the text that was written: %j',
    (text) => {
      const inner = JSON.stringify(text).slice(1, -1);
      const escaped = [...text.split('')]
        .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
        .join('');
      expect([withoutJsonEscapes(inner), withoutJsonEscapes(escaped)]).toEqual([text, text]);
    },
  );

  it.each([
    ['no escape', '\\x\\q', 'xq'],
    ['too few digits', '\\u12', 'u12'],
    ['no digits', '\\uzzzz', 'uzzzz'],
    ['a backslash at its end', 'a\\', 'a'],
    ['an escape that was escaped', '\\\\u0066', '\\u0066'],
  ])('reads text that has %s', (_what, json, text) => {
    expect(withoutJsonEscapes(json)).toBe(text);
  });
});
