import type { AnswerEnd } from '../../wire/answer-observer.js';
import { messageAttempt } from '../../wire/attempt.js';
import type { Message } from '../../wire/message.js';

/** An answer that has just ended, in the shape in which the history tells it. */
export function messageOf(end: AnswerEnd, createdAt: number): Message {
  const { usage, timeToFirstTokenMs } = end;
  return {
    id: end.answerId,
    role: 'assistant',
    content: end.content,
    created_at: new Date(createdAt).toISOString(),
    status: end.status,
    ...(end.reasoning === '' ? {} : { reasoning: end.reasoning }),
    ...(end.provider === undefined ? {} : { provider: end.provider }),
    ...(end.model === undefined ? {} : { model: end.model }),
    ...(usage === undefined
      ? {}
      : {
          tokens: usage.tokens,
          accurate: usage.accurate,
          prompt_tokens: usage.prompt_tokens,
          completion_tokens: usage.completion_tokens,
        }),
    finish_reason: end.finishReason,
    ...(end.error === undefined ? {} : { error: end.error }),
    ...(timeToFirstTokenMs === undefined ? {} : { time_to_first_token_ms: Math.round(timeToFirstTokenMs) }),
    duration_ms: Math.round(end.durationMs),
    attempts: end.attempts.map(messageAttempt),
  };
}
