import type { AttemptReason, ErrorCode, ErrorEvent, FinishReason, Usage } from '../wire/answer-event.js';
import type { Message, MessageStatus, SessionSummary } from '../wire/message.js';

/** A session is this pair; the same `sessionId` of another user is another session. */
export interface SessionKey {
  userId: string;
  sessionId: string;
}

/** A question and the empty answer to it, stored together before anyone sees an event. */
export interface NewTurn extends SessionKey {
  questionId: string;
  question: string;
  answerId: string;
  /** For a session that does not exist yet. */
  title: string;
  /** The caller's `Idempotency-Key`, and a digest of the body it came with; kept for 24 h, unique per user. */
  idempotency?: IdempotencyMark;
  /** Unix milliseconds. */
  at: number;
}

export interface IdempotencyMark {
  key: string;
  fingerprint: string;
}

export interface AttemptStart {
  kind: 'attempt-start';
  answerId: string;
  /** 0, 1, 2 … within the answer. */
  n: number;
  provider: string;
  model: string;
  reason: AttemptReason;
  /** The provider that failed before, and how. */
  from?: string;
  fromCode?: ErrorCode;
  /** UTF-16 units of text and reasoning that stood before this attempt. */
  textFrom: number;
  reasoningFrom: number;
  at: number;
}

export interface AttemptEnd {
  kind: 'attempt-end';
  answerId: string;
  n: number;
  outcome: 'ok' | 'failed' | 'cancelled';
  code?: ErrorCode;
  usage?: Usage;
  at: number;
}

/** New text of an answer; `at` is where it begins, in UTF-16 units of its channel. */
export interface Segment {
  kind: 'segment';
  answerId: string;
  channel: 'text' | 'reasoning';
  at: number;
  text: string;
}

/** The end of an answer; its segments are folded into the message. */
export interface AnswerEnd {
  kind: 'answer-end';
  answerId: string;
  status: Exclude<MessageStatus, 'streaming'>;
  finishReason: FinishReason;
  content: string;
  reasoning: string;
  provider?: string;
  model?: string;
  usage?: Usage;
  error?: Omit<ErrorEvent, 'type'>;
  timeToFirstTokenMs?: number;
  durationMs: number;
  at: number;
}

export type HistoryRecord = AttemptStart | AttemptEnd | Segment | AnswerEnd;

export interface PageQuery {
  /** 1–200. */
  limit: number;
  /** Only what is older than this message id (messages) or session id (sessions). */
  before?: string;
}

/** A message as the model's context needs it. */
export interface ContextMessage {
  role: 'user' | 'assistant';
  content: string;
}

/** Everything stored of an answer that readers may still ask for. */
export interface StoredAnswer {
  message: Message;
  attempts: AttemptStart[];
  /** As its `usage` event told it. */
  costUsd?: number;
}

/** The database does not take writes now (full, locked for long, closed); the caller may try later. */
export class HistoryUnavailableError extends Error {
  override readonly name = 'HistoryUnavailableError';
}

/** This user's `Idempotency-Key` began another answer already; nothing was stored. */
export class IdempotencyKeyTakenError extends Error {
  override readonly name = 'IdempotencyKeyTakenError';
}

/** The record of all sessions. Every method rejects with {@link HistoryUnavailableError} where the database does not answer. */
export abstract class HistoryStore {
  /**
   * Creates the session where it is missing; one transaction.
   * @throws IdempotencyKeyTakenError where two requests with one key ran into each other
   */
  abstract openTurn(turn: NewTurn): Promise<void>;
  /** The answer that this user's `key` began within the last 24 h; older keys are forgotten. */
  abstract findByIdempotencyKey(
    userId: string,
    key: string,
  ): Promise<{ answerId: string; fingerprint: string } | undefined>;
  /** Appends records of any number of answers in one transaction; records of deleted messages are dropped silently. */
  abstract append(records: readonly HistoryRecord[]): Promise<void>;

  /** The latest `limit` messages that have text, oldest first. */
  abstract context(session: SessionKey, limit: number): Promise<ContextMessage[]>;
  /** Oldest first. An unknown `before` gives an empty page. A running answer carries the text stored so far. */
  abstract messages(session: SessionKey, page: PageQuery): Promise<{ messages: Message[]; hasMore: boolean }>;
  /** Latest first, by last change. */
  abstract sessions(userId: string, page: PageQuery): Promise<{ sessions: SessionSummary[]; hasMore: boolean }>;
  /** False where there is no such session. */
  abstract renameSession(session: SessionKey, title: string): Promise<boolean>;
  /** Deletes it with all its messages; false where there is no such session. */
  abstract deleteSession(session: SessionKey): Promise<boolean>;
  abstract findAnswer(answerId: string): Promise<StoredAnswer | undefined>;

  /** Marks answers whose process is gone as `interrupted`; gives their number. To be run at start, and may be at any time. */
  abstract recoverAbandoned(): Promise<number>;
  /** Resolves if the database answers a read and could take a write. */
  abstract ping(): Promise<void>;
}
