import type { Usage } from '../wire/answer-event.js';
import type { AnswerEnd, TextPiece } from '../wire/answer-observer.js';
import type { AttemptRecord } from '../wire/attempt.js';
import type { Message, SearchResult, SessionSummary } from '../wire/message.js';
import { ProblemError, type ProblemFields } from '../wire/problem.js';

/** A session is this pair; the same `sessionId` of another user is another session. */
export interface SessionKey {
  userId: string;
  sessionId: string;
}

/** A session as one text, for maps. No id has a line end. */
export function sessionName({ userId, sessionId }: SessionKey): string {
  return `${userId}\n${sessionId}`;
}

/** A question and the empty answer to it, stored together before anyone sees an event. */
export interface NewTurn extends SessionKey {
  questionId: string;
  question: string;
  answerId: string;
  /** For a session that does not exist yet, or whose first question this one replaces. */
  title: string;
  /** Absent: the turn comes last. */
  target?: TurnTarget;
  /** The answer goes on from this text, which is stored with it. */
  carried?: { text: string; reasoning: string };
  /** The caller's `Idempotency-Key`, and a digest of the body it came with; kept for 24 h, unique per user. */
  idempotency?: IdempotencyMark;
  /** Unix milliseconds. */
  at: number;
}

/** The message that a new turn replaces. It leaves the session with all that follows it, and is kept as a version. */
export interface TurnTarget {
  messageId: string;
  /** `answer`: the question before it stays, and is not stored again. */
  kind: 'question' | 'answer';
}

export interface IdempotencyMark {
  key: string;
  fingerprint: string;
}

/** An attempt as it is now: when it starts, ends, or its usage is known. The last record of an attempt counts. */
export interface AttemptState {
  kind: 'attempt';
  answerId: string;
  attempt: AttemptRecord;
}

/** New text of an answer. */
export interface Segment extends TextPiece {
  kind: 'segment';
  answerId: string;
}

/** The end of an answer; its segments are folded into the message. */
export interface StoredEnd extends Omit<AnswerEnd, 'session' | 'attempts' | 'speaker'> {
  kind: 'answer-end';
}

/** What an answer used that has ended already: its tokens had to be counted. */
export interface UsageRecord {
  kind: 'answer-usage';
  answerId: string;
  usage: Usage;
  /** Those that began to answer, each with its usage. */
  attempts: readonly AttemptRecord[];
}

export type HistoryRecord = AttemptState | Segment | StoredEnd | UsageRecord;

export interface PageQuery {
  /** 1–200. */
  limit: number;
  /** Only what is older than this message id (messages) or session id (sessions). */
  before?: string;
}

export interface MessagesQuery extends PageQuery {
  /** An earlier version of a message: that one and what followed it then, instead of what stands in the session now. */
  version?: string;
}

export interface SearchQuery {
  /** What people typed: words, all of which must occur; in double quotes, words that must follow each other. */
  text: string;
  /** 1–50. */
  limit: number;
  /** Only what is older than this message. */
  before?: string;
  /** Aborts when whoever looks has left: then the search ends soon, with what it has found. */
  left?: AbortSignal;
}

/** A message with the question that it belongs to; a question belongs to itself. */
export interface SessionMessage {
  message: Message;
  question: { id: string; content: string };
  /** Another version has replaced it, or a message before it. */
  replaced: boolean;
}

/** A message as the model's context needs it. */
export interface ContextMessage {
  role: 'user' | 'assistant';
  content: string;
}

/** Everything stored of an answer that readers may still ask for. */
export interface StoredAnswer {
  message: Message;
  attempts: AttemptRecord[];
  /** As its `usage` event told it. */
  costUsd?: number;
}

/** The database does not take writes now (full, locked for long, closed); the caller may try later. */
export class HistoryUnavailableError extends ProblemError {
  override readonly name = 'HistoryUnavailableError';
  readonly problem: ProblemFields = {
    status: 503,
    code: 'history_unavailable',
    detail: 'The history cannot be reached now. Nothing was stored or asked; try again.',
    retryAfterMs: 5_000,
  };
}

/** This user's `Idempotency-Key` began another answer already; nothing was stored. */
export class IdempotencyKeyTakenError extends Error {
  override readonly name = 'IdempotencyKeyTakenError';
}

/** The message that a turn was to replace is not current any more; nothing was stored. */
export class MessageReplacedError extends Error {
  override readonly name = 'MessageReplacedError';
}

/**
 * The record of all sessions. Every method rejects with {@link HistoryUnavailableError} where the database does not
 * answer. Texts have to be well-formed: without unpaired surrogates.
 */
export abstract class HistoryStore {
  /**
   * Creates the session where it is missing; one transaction.
   * @throws IdempotencyKeyTakenError where two requests with one key ran into each other
   * @throws MessageReplacedError where two requests that replace one message ran into each other
   */
  abstract openTurn(turn: NewTurn): Promise<void>;
  /** The answer that this user's `key` began within the last 24 h; older keys are forgotten. */
  abstract findByIdempotencyKey(
    userId: string,
    key: string,
  ): Promise<{ answerId: string; fingerprint: string } | undefined>;
  /** Appends records of any number of answers in one transaction; records of deleted messages are dropped silently. */
  abstract append(records: readonly HistoryRecord[]): Promise<void>;

  /** The latest `limit` messages that stand in the session and have text, oldest first; `before`: only those before it. */
  abstract context(session: SessionKey, limit: number, before?: string): Promise<ContextMessage[]>;
  /**
   * What stands in the session, oldest first. An unknown `before` or `version` gives an empty page. A running answer
   * carries the text stored so far.
   */
  abstract messages(session: SessionKey, page: MessagesQuery): Promise<{ messages: Message[]; hasMore: boolean }>;
  /** Undefined where this session has no such message. */
  abstract findMessage(session: SessionKey, messageId: string): Promise<SessionMessage | undefined>;
  /**
   * Newest first: the user's messages in which all of it occurs, and the newest message of each session whose title
   * alone has it. Questions are found as soon as they are asked, answers when they have ended.
   */
  abstract search(userId: string, query: SearchQuery): Promise<{ results: SearchResult[]; hasMore: boolean }>;
  /** Latest first, by last change. */
  abstract sessions(userId: string, page: PageQuery): Promise<{ sessions: SessionSummary[]; hasMore: boolean }>;
  /** False where there is no such session. */
  abstract renameSession(session: SessionKey, title: string): Promise<boolean>;
  /** Deletes it with all its messages and their versions; false where there is no such session. */
  abstract deleteSession(session: SessionKey): Promise<boolean>;
  abstract findAnswer(answerId: string): Promise<StoredAnswer | undefined>;

  /** Marks answers whose process is gone as `interrupted`; gives their number. To be run at start, and may be at any time. */
  abstract recoverAbandoned(): Promise<number>;
  /** Why writes fail now: the database's code, such as `SQLITE_FULL`; undefined while it takes them. */
  abstract readonly problem: string | undefined;
  /** Resolves if the database answers a read and could take a write. */
  abstract ping(): Promise<void>;
}
