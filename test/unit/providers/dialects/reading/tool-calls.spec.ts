import { describe, expect, it } from '@jest/globals';
import type { ToolCallPart } from '../../../../../src/providers/completion.js';
import { ToolCallReader } from '../../../../../src/providers/dialects/reading/tool-calls.js';

/** What callers and the reader's owner get to hear of these entries of `tool_calls`, delta by delta. */
function read(...deltas: unknown[][]) {
  const parts: ToolCallPart[] = [];
  const broken: string[] = [];
  const reader = new ToolCallReader({ part: (part) => parts.push(part), broken: (message) => broken.push(message) });
  for (const delta of deltas) reader.push(delta);
  reader.end();
  return { parts, broken };
}

const call = (name: string, args: unknown, more: object = {}) => ({ function: { name, arguments: args }, ...more });

describe('ToolCallReader', () => {
  it('gives id and name once, and then arguments', () => {
    const { parts } = read([call('tide', '', { index: 0, id: 'a' })], [{ index: 0, function: { arguments: '{}' } }]);
    expect(parts).toEqual([
      { type: 'tool-call', index: 0, id: 'a', name: 'tide', arguments: '' },
      { type: 'tool-call', index: 0, arguments: '{}' },
    ]);
  });

  it('gives whole calls without id and index ids of their own', () => {
    const { parts } = read([call('tide', '{"a":1}'), call('moon', '{}')]);
    expect(parts).toMatchObject([
      { index: 0, name: 'tide', arguments: '{"a":1}' },
      { index: 1, name: 'moon', arguments: '{}' },
    ]);
    const ids = parts.map(({ id }) => id ?? '');
    expect(ids.every((id) => /^call_[\w-]{24}$/.test(id))).toBe(true);
    expect(new Set(ids).size).toBe(2);
  });

  it.each(['', 'with space', 'x'.repeat(65), 'line\nbreak'])('replaces the id %j, which clients may not hold', (id) => {
    expect(read([call('tide', '{}', { index: 0, id })]).parts[0]?.id).toMatch(/^call_/);
  });

  it('keeps two calls of one id apart', () => {
    const { parts } = read([call('tide', '{}', { index: 0, id: 'a' }), call('moon', '{}', { index: 1, id: 'a' })]);
    expect(parts.map(({ id }) => id === 'a')).toEqual([true, false]);
  });

  it('waits for the name', () => {
    const { parts } = read(
      [{ index: 0, id: 'a', function: { arguments: '{"a"' } }],
      [call('tide', ':1}', { index: 0 })],
    );
    expect(parts).toEqual([{ type: 'tool-call', index: 0, id: 'a', name: 'tide', arguments: '{"a":1}' }]);
  });

  it('never cuts a surrogate pair, and lets no NUL through', () => {
    const { parts } = read([call('tide', '"\ud83c', { index: 0, id: 'a' })], [call('', '\udf0a\0"', { index: 0 })]);
    expect(parts.map((part) => part.arguments)).toEqual(['"', '🌊\uFFFD"']);
  });

  it.each([
    ['a call without a name', [[{ index: 0, id: 'a', function: { arguments: '{}' } }]], /without a name/],
    ['more calls than there can be tools', [Array.from({ length: 129 }, () => call('tide', '{}'))], /too many/],
  ])('finds fault with %s', (_, deltas, fault) => {
    expect(read(...deltas).broken.join()).toMatch(fault);
  });

  it('makes nothing of what is no call', () => {
    expect(read([null, 'call', 7, []])).toEqual({ parts: [], broken: [] });
  });
});
