import { describe, expect, it } from '@jest/globals';
import { answerOf, NEW_ANSWER, reduceAnswer, type AnswerState } from '../../../../client/src/state/answer-state.js';
import type { AnswerEvent } from '../../../../src/wire/answer-event.js';
import type { Message } from '../../../../src/wire/message.js';

const groq: AnswerEvent = { type: 'provider', provider: 'groq', model: 'g', reason: 'selected' };
function after(...events: AnswerEvent[]): AnswerState {
  return events.reduce((state, event, i) => reduceAnswer(state, event, i * 10), NEW_ANSWER);
}

describe('reduceAnswer', () => {
  it('joins text and reasoning apart, and notes when the first of them came', () => {
    const state = after(
      groq,
      { type: 'reasoning', content: 'hm' },
      { type: 'delta', content: 'a' },
      { type: 'delta', content: 'b' },
    );
    expect(state).toMatchObject({ reasoning: 'hm', text: 'ab', running: true, firstTokenMs: 10 });
  });

  it('ends with done, with usage and error as they were sent', () => {
    const state = after(
      groq,
      { type: 'error', message: 'Broken.', code: 'internal', class: 'non_retryable', retryable: false },
      { type: 'usage', tokens: 7, accurate: false, prompt_tokens: 3, completion_tokens: 4 },
      { type: 'done', finish_reason: 'error', message_id: 'x' },
    );
    expect(state.running).toBe(false);
    expect(state.finishReason).toBe('error');
    expect(state.usage).toEqual({ tokens: 7, accurate: false, prompt_tokens: 3, completion_tokens: 4 });
    expect(state.error?.message).toBe('Broken.');
    expect(state.durationMs).toBe(30);
  });

  it('changes nothing for an event that it does not know', () => {
    const unknown = JSON.parse('{"type":"weather","content":"rain"}') as AnswerEvent;
    expect(reduceAnswer(NEW_ANSWER, unknown, 1)).toBe(NEW_ANSWER);
  });
});

describe('answerOf', () => {
  const message: Message = {
    id: 'x',
    role: 'assistant',
    content: 'text',
    created_at: '2026-01-01T00:00:00Z',
    status: 'complete',
    provider: 'mistral',
    model: 'm',
  };

  it('shows zero tokens as zero and no tokens as none', () => {
    expect(answerOf({ ...message, tokens: 0, accurate: true }).usage).toEqual({ tokens: 0, accurate: true });
    expect(answerOf(message).usage).toBeUndefined();
  });

  it('runs exactly while the message is streaming', () => {
    expect(answerOf({ ...message, status: 'streaming' }).running).toBe(true);
    expect(answerOf({ ...message, status: 'interrupted' }).running).toBe(false);
  });
});
