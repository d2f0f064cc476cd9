import { describe, expect, it } from '@jest/globals';
import { PendingRecords } from '../../../src/history/pending-records.js';
import { answerEnd, attempt, segment } from '../../support/history.js';

describe('PendingRecords', () => {
  it('makes one of pieces that meet, in each channel', () => {
    const pending = new PendingRecords();
    for (let n = 0; n < 1000; n++) {
      pending.add([segment('a', 3 * n, 'abc'), segment('a', 2 * n, 'hm', 'reasoning'), segment('b', n, '.')]);
    }
    expect(pending.take()).toEqual([
      segment('a', 0, 'abc'.repeat(1000)),
      segment('a', 0, 'hm'.repeat(1000), 'reasoning'),
      segment('b', 0, '.'.repeat(1000)),
    ]);
    expect(pending.empty).toBe(true);
  });

  it('keeps pieces apart that do not meet', () => {
    const pending = new PendingRecords();
    pending.add([segment('a', 0, 'abc'), segment('a', 5, 'fg')]);
    expect(pending.take()).toHaveLength(2);
  });

  it('lets the end of an answer stand for its pieces', () => {
    const pending = new PendingRecords();
    const start = attempt('a');
    const end = answerEnd('a', 'abc');
    pending.add([start, segment('a', 0, 'abc'), segment('b', 0, 'x'), end]);
    expect(pending.take()).toEqual([start, end, segment('b', 0, 'x')]);
  });

  it('keeps what an answer used behind its end', () => {
    const pending = new PendingRecords();
    const end = answerEnd('a', 'abc');
    const usage = { tokens: 3, prompt_tokens: 1, completion_tokens: 2, accurate: false };
    const used = { kind: 'answer-usage' as const, answerId: 'a', usage, attempts: [attempt('a', { usage }).attempt] };
    pending.add([end]);
    pending.add([used]);
    expect(pending.take()).toEqual([end, used]);
  });

  it('hands out what has piled up in transactions of a bounded size, oldest first', () => {
    const pending = new PendingRecords();
    const megabyte = 'x'.repeat(1024 * 1024);
    for (let n = 0; n < 10; n++) pending.add([answerEnd(`answer-${n}`, megabyte)]);
    const batches: number[] = [];
    while (!pending.empty) batches.push(pending.take().length);
    expect(batches).toEqual([4, 4, 2]);
  });
});
