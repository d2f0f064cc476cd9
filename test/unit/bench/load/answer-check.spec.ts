import { describe, expect, it } from '@jest/globals';
import { textAfterStamp } from '../../../../bench/answer-text.js';
import { faultOf, type Dialect } from '../../../../bench/load/answer-check.js';
import { answerBytes } from '../../../../bench/upstream/answer-bytes.js';

const TOKENS = 20;
const expected = textAfterStamp(TOKENS);
const stamped = `~~t00012.345~~${expected}`;

function response(events: readonly unknown[], status = '200 OK'): Buffer {
  const chunks = events.map((event) => {
    const text = `data: ${typeof event === 'string' ? event : JSON.stringify(event)}\n\n`;
    return `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;
  });
  return Buffer.from(`HTTP/1.1 ${status}\r\ntransfer-encoding: chunked\r\n\r\n${chunks.join('')}0\r\n\r\n`);
}

const whole: Record<Dialect, unknown[]> = {
  openai: [{ choices: [{ delta: { content: stamped } }] }, { choices: [] }, '[DONE]'],
  rondo: [
    { type: 'provider' },
    { type: 'delta', content: stamped.slice(0, 30) },
    { type: 'delta', content: stamped.slice(30) },
    { type: 'done', finish_reason: 'stop' },
  ],
  'ui-message': [{ type: 'start' }, { type: 'text-delta', delta: stamped }, { type: 'finish', finishReason: 'stop' }],
};
const dialects = Object.keys(whole) as Dialect[];

describe.each(dialects)('an answer in the dialect %s', (dialect) => {
  const events = whole[dialect];

  it('has no fault when it is whole', () => {
    expect(faultOf(response(events), dialect, expected)).toBeUndefined();
  });

  it('is faulty without its end', () => {
    expect(faultOf(response(events.slice(0, -1)), dialect, expected)).toBe('no end');
  });

  it('is faulty with one character more than was sent', () => {
    expect(faultOf(response(events), dialect, expected.slice(0, -1))).toBe('wrong text');
  });
});

describe('an answer', () => {
  it('of the upstream itself is what the check expects', () => {
    const { opening, first, tokens, ending } = answerBytes(TOKENS);
    expect(faultOf(Buffer.concat([opening, first(12.3456), ...tokens, ending]), 'openai', expected)).toBeUndefined();
  });

  it('that was refused is faulty', () => {
    expect(faultOf(response([], '503 Service Unavailable'), 'rondo', expected)).toBe('status 503');
  });

  it('that lost its beginning is faulty', () => {
    const events = [
      { type: 'delta', content: stamped.slice(1) },
      { type: 'done', finish_reason: 'stop' },
    ];
    expect(faultOf(response(events), 'rondo', expected)).toBe('wrong beginning');
  });

  it('that ended by an error is faulty', () => {
    const events = [
      { type: 'delta', content: stamped },
      { type: 'done', finish_reason: 'error' },
    ];
    expect(faultOf(response(events), 'rondo', expected)).toBe('no end');
  });

  it('without JSON is faulty', () => {
    expect(faultOf(response(['nonsense']), 'openai', expected)).toBe('an event that is no JSON');
  });
});
