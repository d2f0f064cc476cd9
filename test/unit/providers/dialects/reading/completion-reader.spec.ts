import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isDeepStrictEqual } from 'node:util';
import type { CompletionPart } from '../../../../../src/providers/completion.js';
import { PASS_ALL } from '../../../../../src/providers/dialects/continuation/text-filter.js';
import { groq } from '../../../../../src/providers/dialects/groq.js';
import { CompletionReader } from '../../../../../src/providers/dialects/reading/completion-reader.js';
import type { ProviderError } from '../../../../../src/providers/provider-error.js';
import { meaningOf, wireFixtures, type Meaning, type WireFixture } from '../../../../support/wire-fixtures.js';

const fixtures = wireFixtures();

function readerOf({ dialect }: Pick<WireFixture, 'dialect'>): CompletionReader {
  return new CompletionReader(PASS_ALL, { ...(dialect === 'groq' ? groq.reading : {}), toolCalls: true });
}

/** Reads a response in these pieces, as a provider does: until it is done, failed or over. */
function read(fixture: Pick<WireFixture, 'dialect' | 'bytes'>, cuts: readonly number[]) {
  const reader = readerOf(fixture);
  const parts: CompletionPart[] = [];
  let from = 0;
  for (const cut of [...cuts, fixture.bytes.length]) {
    parts.push(...reader.push([fixture.bytes.subarray(from, cut)]));
    from = cut;
    if (reader.done || reader.failure !== undefined) break;
  }
  parts.push(...reader.end());
  return { parts, failure: reader.failure };
}

function events(...chunks: (object | string)[]): Buffer {
  return Buffer.from(
    chunks.map((chunk) => `data: ${typeof chunk === 'string' ? chunk : JSON.stringify(chunk)}\n\n`).join(''),
  );
}

/** What a response means in these pieces, in the form of a fixture's expectation. */
function meaningIn(fixture: WireFixture, cuts: readonly number[]): Meaning {
  const { parts, failure } = read(fixture, cuts);
  const expected = Object.keys(fixture.meaning.failure ?? {}) as (keyof ProviderError)[];
  const seen = failure && Object.fromEntries(expected.map((field) => [field, failure[field]]));
  return { ...meaningOf(parts), failure: seen };
}

describe('the shapes of every provider', () => {
  it.each(fixtures)('$name: means what the provider meant, cut at every byte', (fixture) => {
    expect(meaningIn(fixture, [])).toEqual(fixture.meaning);
    const wrong = [...fixture.bytes.keys()].filter(
      (cut) => !isDeepStrictEqual(meaningIn(fixture, [cut]), fixture.meaning),
    );
    expect(wrong).toEqual([]);
  });

  it.each(fixtures)('$name: means the same, cut at random pairs of bytes and byte by byte', (fixture) => {
    const offset = fc.nat(fixture.bytes.length);
    fc.assert(
      fc.property(offset, offset, (a, b) =>
        isDeepStrictEqual(meaningIn(fixture, [Math.min(a, b), Math.max(a, b)]), fixture.meaning),
      ),
      { numRuns: 300 },
    );
    expect(meaningIn(fixture, [...fixture.bytes.keys()])).toEqual(fixture.meaning);
  });
});

describe('the parts of one read', () => {
  it('joins neighbours of one kind, in order, with the last usage', () => {
    const bytes = events(
      { choices: [{ index: 0, delta: { reasoning: 'Let me ' } }], usage: { prompt_tokens: 1, completion_tokens: 1 } },
      { choices: [{ index: 0, delta: { reasoning: 'think.' } }], usage: { prompt_tokens: 1, completion_tokens: 2 } },
      { choices: [{ index: 0, delta: { content: 'Ebb ' } }] },
      { choices: [{ index: 0, delta: { content: 'and flow.' } }] },
    );
    expect(readerOf({ dialect: 'openai' }).push([bytes])).toEqual([
      { type: 'reasoning', text: 'Let me think.' },
      { type: 'text', text: 'Ebb and flow.' },
      { type: 'usage', usage: { promptTokens: 1, completionTokens: 2, totalTokens: 3 } },
    ]);
  });

  it('never ends inside a surrogate pair', () => {
    const reader = readerOf({ dialect: 'openai' });
    const half = (content: string): Buffer =>
      Buffer.from(`data: {"choices":[{"index":0,"delta":{"content":"${content}"}}]}\n\n`);
    expect(reader.push([half('wave \\ud83c')])).toEqual([{ type: 'text', text: 'wave ' }]);
    expect(reader.push([half('\\udf0a!')])).toEqual([{ type: 'text', text: '🌊!' }]);
  });

  it('gives the text before an error in the same read', () => {
    const reader = readerOf({ dialect: 'openai' });
    const parts = reader.push([
      events({ choices: [{ index: 0, delta: { content: 'So far' } }] }, { error: { message: 'x' } }),
    ]);
    expect(parts).toEqual([{ type: 'text', text: 'So far' }]);
    expect(reader.failure?.kind).toBe('protocol');
  });
});

describe('the end of a response', () => {
  it('is a failure where nothing was sent at all', () => {
    const { failure } = read({ dialect: 'openai', bytes: Buffer.alloc(0) }, []);
    expect(failure).toMatchObject({ kind: 'protocol', code: 'provider_bad_response' });
  });

  it.each([
    ' \n\n',
    ': comment\n\n: comment\n\n',
    'hello\n',
    'data: 17\n\n',
    '{"choices":[{"message":{"content":"hal',
    '{}',
  ])('is a failure after %j', (body) => {
    const { parts, failure } = read({ dialect: 'openai', bytes: Buffer.from(body) }, []);
    expect(parts).toEqual([]);
    expect(failure).toMatchObject({ kind: 'protocol', code: 'provider_bad_response' });
  });

  it('is whole after a finish reason, whatever its trailer looks like', () => {
    const bytes = Buffer.concat([
      events({ choices: [{ index: 0, delta: { content: 'Whole' }, finish_reason: 'stop' }] }),
      Buffer.from('data: {"choices":[],"usa'),
    ]);
    const { parts, failure } = read({ dialect: 'openai', bytes }, []);
    expect(failure).toBeUndefined();
    expect(meaningOf(parts)).toMatchObject({ text: 'Whole', finish: 'stop' });
  });

  it('drops neither an unfinished tag nor white space that only looked like the beginning of thinking', () => {
    const bytes = events({ choices: [{ index: 0, delta: { content: '\n<thi' }, finish_reason: 'stop' }] });
    expect(meaningOf(read({ dialect: 'openai', bytes }, []).parts).text).toBe('\n<thi');
  });

  it('counts thinking that never ended as reasoning', () => {
    const bytes = events({
      choices: [{ index: 0, delta: { content: '<think>on and on </thi' }, finish_reason: 'length' }],
    });
    expect(meaningOf(read({ dialect: 'openai', bytes }, []).parts)).toMatchObject({
      text: '',
      reasoning: 'on and on </thi',
      finish: 'length',
    });
  });
});

describe("Groq's own error field", () => {
  it('is understood at an address that is not known to be Groq', () => {
    const fixture = fixtures.find(({ name }) => name === 'groq-error-in-x-groq');
    if (fixture === undefined) throw new Error('the fixture is gone');
    expect(meaningIn({ ...fixture, dialect: 'openai' }, [])).toEqual(fixture.meaning);
  });
});
