import { describe, expect, it } from '@jest/globals';
import { retryAfterSeconds, toProblem } from '../../../src/wire/problem.js';

describe('a problem', () => {
  it('has the title of its status and keeps the rest', () => {
    const parts = { status: 409, code: 'conflict', detail: 'Again.', answer_id: 'a-1' } as const;
    const rest = { ...parts, request_id: 'r-1', retry_after_ms: 5 };
    expect(toProblem({ ...parts, retryAfterMs: 5 }, 'r-1')).toEqual({
      type: 'about:blank',
      title: 'Conflict',
      ...rest,
    });
  });

  it('asks to come back in whole seconds, never early', () => {
    expect([1, 999, 1_000, 1_001, 60_000, 0].map(retryAfterSeconds)).toEqual([1, 1, 1, 2, 60, 1]);
  });
});
