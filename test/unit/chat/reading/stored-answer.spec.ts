import { describe, expect, it } from '@jest/globals';
import { parseCursor } from '../../../../src/chat/answer/cursor.js';
import { storedAnswer } from '../../../../src/chat/reading/stored-answer.js';
import { CRASHED_MESSAGE, errorEvent, type AnswerEvent } from '../../../../src/wire/answer-event.js';
import type { Message } from '../../../../src/wire/message.js';

/** An interrupted answer of three characters, ended by a crash or in good order. */
function interrupted(by: 'crash' | 'order'): Parameters<typeof storedAnswer>[0] {
  const { type: _, ...error } = errorEvent('interrupted', by === 'crash' ? CRASHED_MESSAGE : 'It was interrupted.');
  const message: Message = {
    id: 'answer',
    role: 'assistant',
    content: 'abc',
    created_at: '2026-01-01T00:00:00.000Z',
    status: 'interrupted',
    finish_reason: 'interrupted',
    error,
    attempts: [{ provider: 'a', model: 'm', reason: 'selected', outcome: 'failed', duration_ms: 1 }],
  };
  const opening = { n: 0, provider: 'a', model: 'm', reason: 'selected', textFrom: 0, reasoningFrom: 0 } as const;
  return { message, attempts: [{ ...opening, startedAt: 0, outcome: 'failed' }] };
}

function eventsAfter(cursor: string, stored: Parameters<typeof storedAnswer>[0]): string[] {
  const { log } = storedAnswer(stored);
  return [...log.after(log.positionOf(parseCursor(cursor)!))].map(({ data }) => (JSON.parse(data) as AnswerEvent).type);
}

describe('storedAnswer', () => {
  it('tells of the crash to a reader who saw usage, but not done, before it', () => {
    expect(eventsAfter('0.3.1001', interrupted('crash'))).toEqual(['error', 'done']);
  });

  it('does not repeat the error to a reader who saw how the answer was interrupted', () => {
    expect(eventsAfter('0.3.1000', interrupted('order'))).toEqual(['done']);
  });

  it('gives provider, text and the end to a reader who saw nothing', () => {
    expect(eventsAfter('0.0.0', interrupted('crash'))).toEqual(['provider', 'delta', 'error', 'done']);
  });

  it('gives what an answer goes on from after the first provider, however far that one came', () => {
    const stored = interrupted('crash');
    const attempts = stored.attempts.map((attempt) => ({ ...attempt, textFrom: 2, reasoningFrom: 1 }));
    const message = { ...stored.message, reasoning: 'h' };
    const going = { message, attempts };
    expect(eventsAfter('0.0.0', going)).toEqual(['provider', 'reasoning', 'delta', 'error', 'done']);
    expect(eventsAfter('1.1.1', going)).toEqual(['delta', 'error', 'done']);
    expect(eventsAfter('1.3.1', going)).toEqual(['error', 'done']);
    expect(eventsAfter('0.0.0', { message, attempts: [] })).toEqual(['reasoning', 'delta', 'error', 'done']);
  });
});
