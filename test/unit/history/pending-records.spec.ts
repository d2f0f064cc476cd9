import { describe, expect, it } from '@jest/globals';
import { PendingRecords } from '../../../src/history/pending-records.js';
import type { HistoryRecord } from '../../../src/history/history-store.js';
import { answerEnd, attempt, segment } from '../../support/history.js';

const addAll = (pending: PendingRecords, ...records: HistoryRecord[]) => {
  for (const record of records) pending.add(record);
};

describe('PendingRecords', () => {
  it('makes one of pieces that meet, in each channel', () => {
    const pending = new PendingRecords();
    for (let n = 0; n < 1000; n++) {
      addAll(pending, segment('a', 3 * n, 'abc'), segment('a', 2 * n, 'hm', 'reasoning'), segment('b', n, '.'));
    }
    expect(pending.batch()).toEqual([
      segment('a', 0, 'abc'.repeat(1000)),
      segment('a', 0, 'hm'.repeat(1000), 'reasoning'),
      segment('b', 0, '.'.repeat(1000)),
    ]);
    expect(pending.empty).toBe(false);
    pending.remove();
    expect(pending.empty).toBe(true);
  });

  it('keeps pieces apart that do not meet', () => {
    const pending = new PendingRecords();
    addAll(pending, segment('a', 0, 'abc'), segment('a', 5, 'fg'));
    expect(pending.batch()).toHaveLength(2);
  });

  it('replaces the pieces of an answer by its end', () => {
    const pending = new PendingRecords();
    const start = attempt('a');
    const end = answerEnd('a', 'abc');
    addAll(pending, start, segment('a', 0, 'abc'), segment('b', 0, 'x'), end);
    expect(pending.batch()).toEqual([start, end, segment('b', 0, 'x')]);
  });

  it('keeps what an answer used after its end', () => {
    const pending = new PendingRecords();
    const end = answerEnd('a', 'abc');
    const usage = { tokens: 3, prompt_tokens: 1, completion_tokens: 2, accurate: false };
    const used = { kind: 'answer-usage' as const, answerId: 'a', usage, attempts: [attempt('a', { usage }).attempt] };
    addAll(pending, end, used);
    expect(pending.batch()).toEqual([end, used]);
  });

  it('gives what has piled up in batches of a bounded size, oldest first', () => {
    const pending = new PendingRecords();
    const megabyte = 'x'.repeat(1024 * 1024);
    for (let n = 0; n < 10; n++) pending.add(answerEnd(`answer-${n}`, megabyte));
    const batches: number[] = [];
    for (; !pending.empty; pending.remove()) batches.push(pending.batch()?.length ?? 0);
    expect(batches).toEqual([4, 4, 2]);
  });

  it('gives the same batch until it is written, or split by answer', () => {
    const pending = new PendingRecords();
    addAll(pending, segment('a', 0, 'abc'), segment('b', 0, 'x'));
    const both = pending.batch();
    pending.add(segment('a', 3, 'd'));
    expect(pending.batch()).toBe(both);
    expect(pending.split()).toBe(true);
    const batches: unknown[] = [];
    for (; !pending.empty; pending.remove()) batches.push(pending.batch());
    expect(batches).toEqual([[segment('a', 0, 'abc')], [segment('b', 0, 'x')], [segment('a', 3, 'd')]]);
    pending.add(segment('a', 4, 'e'));
    pending.batch();
    expect(pending.split()).toBe(false);
  });
});
