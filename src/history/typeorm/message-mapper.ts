import type { AttemptStart } from '../history-store.js';
import type { Message, MessageAttempt } from '../../wire/message.js';
import type { AttemptEntity } from './entities/attempt.entity.js';
import type { MessageEntity } from './entities/message.entity.js';
import type { PartialAnswer } from './segments.js';

/** A stored message in the API's shape. `partial` is the text of an answer that still runs; `versions` may be one alone. */
export function toMessage(
  row: MessageEntity,
  attempts: readonly AttemptEntity[],
  partial: PartialAnswer | undefined,
  versions: readonly string[] = [],
): Message {
  const text = row.status === 'streaming' && partial ? partial : row;
  return {
    id: row.id,
    role: row.role,
    content: text.content,
    created_at: rfc3339(row.createdAt),
    status: row.status,
    ...(text.reasoning === '' ? {} : { reasoning: text.reasoning }),
    ...withoutNulls({
      provider: row.provider,
      model: row.model,
      tokens: row.tokens,
      accurate: row.accurate,
      prompt_tokens: row.promptTokens,
      completion_tokens: row.completionTokens,
      finish_reason: row.finishReason,
      error: row.error,
      time_to_first_token_ms: row.timeToFirstTokenMs,
      duration_ms: row.durationMs,
    }),
    ...(attempts.length === 0 ? {} : { attempts: attempts.map(toMessageAttempt) }),
    ...(versions.length < 2 ? {} : { versions: [...versions] }),
  };
}

/** An attempt as the relay recorded it. */
export function toAttemptStart(row: AttemptEntity): AttemptStart {
  return {
    kind: 'attempt-start',
    answerId: row.messageId,
    n: row.n,
    provider: row.provider,
    model: row.model,
    reason: row.reason,
    ...withoutNulls({ from: row.fromProvider, fromCode: row.fromCode }),
    textFrom: row.textFrom,
    reasoningFrom: row.reasoningFrom,
    at: row.startedAt,
  };
}

/** Unix milliseconds as RFC 3339 in UTC. */
export function rfc3339(unixMs: number): string {
  return new Date(unixMs).toISOString();
}

function toMessageAttempt(row: AttemptEntity): MessageAttempt {
  return {
    provider: row.provider,
    model: row.model,
    reason: row.reason,
    outcome: row.outcome,
    ...withoutNulls({
      code: row.code,
      tokens: row.tokens,
      accurate: row.source === null ? null : row.source === 'actual',
    }),
    duration_ms: Math.max(0, (row.endedAt ?? Date.now()) - row.startedAt),
  };
}

type WithoutNulls<T> = { [K in keyof T]?: NonNullable<T[K]> };

/** The API leaves out what is not known. */
function withoutNulls<T extends object>(fields: T): WithoutNulls<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null)) as WithoutNulls<T>;
}
