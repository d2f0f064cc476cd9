import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ChunkParser } from '../../../../../src/providers/dialects/reading/chunk-parser.js';

const FIXTURES = new URL('../../../../fixtures/wire/', import.meta.url);

/** What each chunk of a stream is read as, looked at before the next one is read. */
function expectSameAsJson(stream: readonly string[]): void {
  const parser = new ChunkParser();
  for (const json of stream) {
    let whole: unknown;
    try {
      whole = JSON.parse(json);
    } catch {
      whole = undefined;
    }
    expect(parser.parse(json)).toEqual(whole);
  }
}

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    '',
    '"',
    '\\',
    '"}',
    '","content":"',
    '\u0000',
    '\n',
    ' the',
    '潮汐',
    '😀',
    '\ud83d',
    '}]}',
    'content',
  ),
);
const member = fc.oneof(fc.constant({}), fc.record({ content: text }), fc.record({ content: text, role: text }));
const chunk = fc.record(
  {
    id: fc.constantFrom('a', 'b'),
    choices: fc.array(fc.record({ delta: member, message: member }, { requiredKeys: ['delta'] }), { maxLength: 2 }),
    usage: fc.constantFrom(null, { prompt_tokens: 1 }),
    error: fc.record({ content: text }),
  },
  { requiredKeys: ['id', 'choices'] },
);

describe('a chunk that is the one before with another text', () => {
  it('has the value that its JSON has, whatever texts and chunks come in what order', () => {
    fc.assert(
      fc.property(fc.array(chunk, { minLength: 1, maxLength: 12 }), (chunks) => {
        expectSameAsJson(chunks.map((value) => JSON.stringify(value)));
      }),
      { numRuns: 2_000 },
    );
  });

  it('may be cut anywhere, or have other spaces', () => {
    const json = '{"choices":[{"delta":{"content":"abc"}}],"n":1}';
    const cuts = Array.from({ length: json.length }, (_, at) => [json, json.slice(0, at), json.slice(at)]).flat();
    expectSameAsJson([...cuts, json.replaceAll(':', ': '), json, `${json} `, ` ${json}`, json.replace('1', '2')]);
  });

  it('of every provider whose streams are known has the value that its JSON has', () => {
    for (const file of readdirSync(FIXTURES).filter((name) => name.endsWith('.sse'))) {
      const lines = readFileSync(new URL(file, FIXTURES), 'utf8').split(/\r\n|\r|\n/);
      expectSameAsJson(lines.filter((line) => line.startsWith('data:')).map((line) => line.slice(5).trim()));
    }
  });

  it('is not parsed again', () => {
    const parser = new ChunkParser();
    const json = (content: string) => `{"choices":[{"index":0,"delta":{"content":"${content}"}}]}`;
    expect(parser.parse(json('one'))).toBe(parser.parse(json('two')));
  });
});
