import { describe, expect, it } from '@jest/globals';
import {
  answerOf,
  authorOf,
  NEW_ANSWER,
  reduceAnswer,
  type AnswerState,
} from '../../../../client/src/state/answer-state.js';
import type { AnswerEvent } from '../../../../src/wire/answer-event.js';
import type { Message, MessageAttempt } from '../../../../src/wire/message.js';

const groq: AnswerEvent = { type: 'provider', provider: 'groq', model: 'g', reason: 'selected' };
const mistral: AnswerEvent = {
  type: 'provider',
  provider: 'mistral',
  model: 'm',
  reason: 'failover',
  from: 'groq',
  code: 'provider_rate_limited',
};

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

  it('keeps the trail of providers with the failure of each that was replaced', () => {
    expect(after(groq, mistral).trail).toEqual([
      { provider: 'groq', model: 'g', failure: 'provider_rate_limited' },
      { provider: 'mistral', model: 'm' },
    ]);
  });

  it('names who wrote the text while another one that goes on with it has said nothing', () => {
    const goesOn: AnswerEvent = { ...mistral, reason: 'continued' };
    const broken: AnswerEvent = {
      type: 'error',
      message: 'Broken.',
      code: 'all_providers_failed',
      class: 'retryable',
      retryable: true,
    };
    const state = after(groq, { type: 'delta', content: 'a' }, goesOn);
    expect(authorOf(state)?.provider).toBe('groq');
    expect(reduceAnswer(state, broken).trail.at(-1)).toEqual({ provider: 'mistral', model: 'm', failure: 'failover' });
    expect(authorOf(reduceAnswer(state, { type: 'delta', content: 'b' }))?.provider).toBe('mistral');
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
  const attempt = (
    provider: string,
    reason: MessageAttempt['reason'],
    outcome: MessageAttempt['outcome'],
    code?: MessageAttempt['code'],
  ): MessageAttempt => ({ provider, model: 'g', reason, outcome, duration_ms: 5, ...(code ? { code } : {}) });

  const message: Message = {
    id: 'x',
    role: 'assistant',
    content: 'text',
    created_at: '2026-01-01T00:00:00Z',
    status: 'complete',
    provider: 'mistral',
    model: 'm',
  };

  it('tells the trail from the attempts, a second try at the same provider being no step', () => {
    const attempts = [
      attempt('groq', 'selected', 'failed', 'provider_unavailable'),
      attempt('groq', 'retry', 'failed', 'provider_timeout'),
      attempt('mistral', 'failover', 'ok'),
    ];
    expect(answerOf({ ...message, attempts }).trail).toEqual([
      { provider: 'groq', model: 'g', failure: 'provider_timeout' },
      { provider: 'mistral', model: 'g', wrote: true },
    ]);
  });

  it('never takes the loser of a race for the author', () => {
    const attempts = [attempt('mistral', 'selected', 'ok'), attempt('groq', 'hedge', 'cancelled')];
    const state = answerOf({ ...message, attempts });
    expect(state.trail).toEqual([{ provider: 'mistral', model: 'g', wrote: true }]);
    expect(authorOf(state)?.provider).toBe('mistral');
  });

  it('says of the first in a race that it was late, as the stream did', () => {
    const attempts = [attempt('groq', 'selected', 'cancelled'), attempt('mistral', 'hedged', 'ok')];
    expect(answerOf({ ...message, attempts }).trail).toMatchObject([{ failure: 'hedged' }, { provider: 'mistral' }]);
  });

  it('names who wrote the text, not who was asked in vain after it', () => {
    const attempts = [
      attempt('mistral', 'selected', 'failed', 'provider_unavailable'),
      attempt('groq', 'continued', 'failed', 'provider_timeout'),
      attempt('deepseek', 'retry', 'failed', 'provider_timeout'),
    ];
    const state = answerOf({ ...message, attempts, status: 'failed' });
    expect(authorOf(state)?.provider).toBe('mistral');
    expect(state.trail).toMatchObject([
      { provider: 'mistral', failure: 'provider_unavailable' },
      { provider: 'groq', failure: 'provider_timeout' },
    ]);
  });

  it('shows zero tokens as zero and no tokens as none', () => {
    expect(answerOf({ ...message, tokens: 0, accurate: true }).usage).toEqual({ tokens: 0, accurate: true });
    expect(answerOf(message).usage).toBeUndefined();
  });

  it('runs exactly while the message is streaming', () => {
    expect(answerOf({ ...message, status: 'streaming' }).running).toBe(true);
    expect(answerOf({ ...message, status: 'interrupted' }).running).toBe(false);
  });
});
