import type { AnswerEnd } from '../../history/history-store.js';
import type { Message, MessageAttempt } from '../../wire/message.js';
import type { AttemptRecord } from './attempt-record.js';

/** An answer that has just ended, in the shape in which the history tells it. */
export function messageOf(end: AnswerEnd, createdAt: number, attempts: readonly AttemptRecord[]): Message {
  const { usage } = end;
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
    ...(end.timeToFirstTokenMs === undefined ? {} : { time_to_first_token_ms: end.timeToFirstTokenMs }),
    duration_ms: end.durationMs,
    attempts: attempts.map(attemptOf),
  };
}

function attemptOf({ started, ended, usage }: AttemptRecord): MessageAttempt {
  return {
    provider: started.provider,
    model: started.model,
    reason: started.reason,
    outcome: ended?.outcome ?? 'running',
    ...(ended?.code === undefined ? {} : { code: ended.code }),
    ...(usage === undefined ? {} : { tokens: usage.tokens, accurate: usage.accurate }),
    duration_ms: Math.round(ended?.durationMs ?? 0),
  };
}
