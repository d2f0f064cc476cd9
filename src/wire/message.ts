import type { AttemptReason, ErrorCode, ErrorEvent, FinishReason } from './answer-event.js';

export type MessageStatus = 'complete' | 'streaming' | 'interrupted' | 'failed' | 'stopped';

/** One attempt at an answer, as the history tells it. */
export interface MessageAttempt {
  provider: string;
  model: string;
  /** Why it was made. Readers of the stream are not told of `retry` and `hedge`. */
  reason: AttemptReason;
  outcome: 'ok' | 'failed' | 'cancelled' | 'running';
  code?: ErrorCode;
  tokens?: number;
  accurate?: boolean;
  time_to_first_token_ms?: number;
  duration_ms: number;
}

/** A message of a session, as `GET /history` returns it. */
export interface Message {
  id: string;
  role: 'user' | 'assistant';
  content: string;
  /** RFC 3339, UTC. */
  created_at: string;
  status: MessageStatus;
  reasoning?: string;
  provider?: string;
  model?: string;
  tokens?: number;
  accurate?: boolean;
  prompt_tokens?: number;
  completion_tokens?: number;
  finish_reason?: FinishReason;
  error?: Omit<ErrorEvent, 'type'>;
  time_to_first_token_ms?: number;
  duration_ms?: number;
  attempts?: MessageAttempt[];
  /** In `GET /history`, where there are others: the ids of all versions of this message, oldest first, its own too. */
  versions?: string[];
}

/** A session in `GET /sessions`. */
export interface SessionSummary {
  session_id: string;
  title: string;
  created_at: string;
  updated_at: string;
  message_count: number;
  running_answer_id?: string;
}

/** A message in `GET /search`. */
export interface SearchResult {
  session_id: string;
  message_id: string;
  /** The session's. */
  title: string;
  /** Text around the first hit, on one line: at most 160 UTF-16 units, no markup. */
  snippet: string;
}
