import type { Usage } from '../../wire/answer-event.js';
import { messageAttempt, type AttemptRecord } from '../../wire/attempt.js';
import type { Message } from '../../wire/message.js';
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
    ...(attempts.length === 0 ? {} : { attempts: attempts.map((attempt) => messageAttempt(toAttempt(attempt))) }),
    ...(versions.length < 2 ? {} : { versions: [...versions] }),
  };
}

/** A stored attempt as it was recorded; what it cost is not stored. */
export function toAttempt(row: AttemptEntity): AttemptRecord {
  const { n, provider, model, reason, textFrom, reasoningFrom, startedAt, outcome, endedAt } = row;
  const usage = usageOf(row);
  return {
    n,
    provider,
    model,
    reason,
    ...withoutNulls({ from: row.fromProvider, fromCode: row.fromCode }),
    textFrom,
    reasoningFrom,
    startedAt,
    outcome,
    ...withoutNulls({ code: row.code, timeToFirstTokenMs: row.timeToFirstTokenMs }),
    ...(usage === undefined ? {} : { usage }),
    ...(endedAt === null ? {} : { durationMs: endedAt - startedAt }),
  };
}

function usageOf({ tokens, promptTokens, completionTokens, source }: AttemptEntity): Usage | undefined {
  if (tokens === null) return undefined;
  const accurate = source === 'actual';
  return { tokens, accurate, prompt_tokens: promptTokens ?? 0, completion_tokens: completionTokens ?? 0 };
}

/** Unix milliseconds as RFC 3339 in UTC. */
export function rfc3339(unixMs: number): string {
  return new Date(unixMs).toISOString();
}

type WithoutNulls<T> = { [K in keyof T]?: NonNullable<T[K]> };

/** The API leaves out what is not known. */
function withoutNulls<T extends object>(fields: T): WithoutNulls<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null)) as WithoutNulls<T>;
}
