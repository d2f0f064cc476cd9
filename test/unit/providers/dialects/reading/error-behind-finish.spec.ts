import { describe, expect, it } from '@jest/globals';
import { PASS_ALL } from '../../../../../src/providers/dialects/continuation/text-filter.js';
import { CompletionReader } from '../../../../../src/providers/dialects/reading/completion-reader.js';
import { meaningOf } from '../../../../support/wire-fixtures.js';

function read(bytes: Buffer, toolCalls = false) {
  const reader = new CompletionReader(PASS_ALL, { toolCalls });
  const parts = [...reader.push([bytes]), ...reader.end()];
  return { parts, failure: reader.failure };
}

function events(...chunks: (object | string)[]): Buffer {
  return Buffer.from(
    chunks.map((chunk) => `data: ${typeof chunk === 'string' ? chunk : JSON.stringify(chunk)}\n\n`).join(''),
  );
}

describe('an error behind the finish reason', () => {
  const said = (content: string) => ({ choices: [{ index: 0, delta: { content } }] });
  const finished = (reason: string) => ({ choices: [{ index: 0, delta: {}, finish_reason: reason }] });
  const error = { error: { code: 502, message: 'Provider disconnected' } };
  const errors: [string, Buffer][] = [
    ['an error chunk', events(error)],
    ['an error chunk with choices', events({ ...error, ...said('') })],
    ['an error object', events({ object: 'error', message: 'gone' })],
    ['an error event', Buffer.from(`event: error\ndata: ${JSON.stringify(error)}\n\n`)],
    ['an error field', Buffer.from(`error: ${JSON.stringify(error)}\n\n`)],
    ['a reason of x_groq', events({ ...finished('stop'), x_groq: { error: 'over capacity' } })],
    ['another finish reason', events(finished('error'))],
  ];
  const ends: [string, Buffer][] = [
    ['[DONE]', events('[DONE]')],
    ['the end of the response', Buffer.alloc(0)],
  ];
  const cases = errors.flatMap(([what, bytes]) => ends.map(([end, last]) => ({ what, bytes, end, last })));

  it.each(cases)('takes nothing from an answer that is whole: $what, then $end', ({ bytes, last }) => {
    for (const reason of ['stop', 'length', 'content_filter']) {
      const whole = Buffer.concat([events(said('All of it.'), finished(reason)), bytes, last]);
      const { parts, failure } = read(whole);
      expect(failure).toBeUndefined();
      expect(meaningOf(parts)).toMatchObject({ text: 'All of it.', finish: reason });
    }
  });

  it('takes nothing from an answer of tool calls alone', () => {
    const called = { tool_calls: [{ index: 0, id: 'c1', function: { name: 'tide', arguments: '{}' } }] };
    const bytes = events({ choices: [{ index: 0, delta: called }] }, finished('tool_calls'), error);
    const { parts, failure } = read(bytes, true);
    expect(failure).toBeUndefined();
    expect(meaningOf(parts).finish).toBe('tool_calls');
  });

  it('is a failure behind tool calls that nobody asked for', () => {
    expect(read(events(finished('tool_calls'), error)).failure).toMatchObject({ status: 502 });
  });

  it('is a failure where there is no answer, only reasoning (OpenRouter: `length` twice, then an error)', () => {
    const thought = { choices: [{ index: 0, delta: { content: '', reasoning: 'We need' }, finish_reason: 'length' }] };
    const refused = { ...said(''), error: { code: 400, message: 'Token limit reached' } };
    const inTags = said('<think>We need');
    for (const chunks of [[thought], [inTags, finished('length')]]) {
      const bytes = events(...chunks, finished('length'), refused, '[DONE]');
      const { parts, failure } = read(bytes);
      expect(failure).toMatchObject({ status: 400 });
      expect(meaningOf(parts)).toMatchObject({ text: '', reasoning: 'We need', finish: undefined });
    }
  });

  it('is a failure where it comes with the finish reason', () => {
    const bytes = events(said('Half'), { ...finished('stop'), ...error }, '[DONE]');
    expect(read(bytes).failure).toMatchObject({ status: 502 });
  });

  it('still lets usage through', () => {
    const usage = { prompt_tokens: 3, completion_tokens: 2 };
    const { parts } = read(events(said('Whole'), finished('stop'), { ...error, usage }));
    expect(parts).toContainEqual({
      type: 'usage',
      usage: { promptTokens: 3, completionTokens: 2, totalTokens: 5 },
    });
  });

  it('stops reading a trailer without an end, and keeps the answer', () => {
    const reader = new CompletionReader(PASS_ALL);
    const parts = reader.push([events(said('Whole'), finished('stop'))]);
    parts.push(...reader.push([Buffer.alloc(9 * 1024 * 1024, 'x')]));
    expect(reader.done).toBe(true);
    parts.push(...reader.end());
    expect(reader.failure).toBeUndefined();
    expect(meaningOf(parts)).toMatchObject({ text: 'Whole', finish: 'stop' });
  });
});
