import { DatabaseSync } from 'node:sqlite';

const MESSAGES_A_SESSION = 100;
const SESSIONS_A_USER = 10;

/** Who asked in the session with this number, and what it is called; for asking for it. */
export function oldSession(session: number): { userId: string; sessionId: string } {
  return { userId: `old-user-${Math.floor(session / SESSIONS_A_USER)}`, sessionId: `old-session-${session}` };
}

export function sessionsOf(messages: number): number {
  return messages / MESSAGES_A_SESSION;
}

const SESSIONS = `
  WITH RECURSIVE numbers(n) AS (SELECT :first UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < :end)
  INSERT INTO "sessions" ("user_id", "id", "title", "created_at", "updated_at", "message_count", "last_seq")
  SELECT 'old-user-' || (n / ${SESSIONS_A_USER}), 'old-session-' || n, 'What is a rondo?', 1700000000000 + n, 1700000000000 + n,
    ${MESSAGES_A_SESSION}, :base + (n - :first + 1) * ${MESSAGES_A_SESSION}
  FROM numbers`;

const MESSAGES = `
  WITH RECURSIVE numbers(n) AS (SELECT :first UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < :end)
  INSERT INTO "messages" ("seq", "id", "user_id", "session_id", "role", "content", "reasoning", "status", "owner", "provider",
    "model", "tokens", "prompt_tokens", "completion_tokens", "accurate", "finish_reason", "time_to_first_token_ms",
    "duration_ms", "created_at")
  SELECT :base + n - :first + 1, lower(hex(randomblob(12))),
    'old-user-' || (n / ${MESSAGES_A_SESSION * SESSIONS_A_USER}), 'old-session-' || (n / ${MESSAGES_A_SESSION}),
    iif(n % 2 = 0, 'user', 'assistant'), iif(n % 2 = 0, :question, :answer), '', 'complete',
    iif(n % 2 = 0, NULL, 'gone'), iif(n % 2 = 0, NULL, 'bench'), iif(n % 2 = 0, NULL, 'bench-model'),
    iif(n % 2 = 0, NULL, 81), iif(n % 2 = 0, NULL, 21), iif(n % 2 = 0, NULL, 60), iif(n % 2 = 0, NULL, 1),
    iif(n % 2 = 0, NULL, 'stop'), iif(n % 2 = 0, NULL, 210), iif(n % 2 = 0, NULL, 1900), 1700000000000 + n
  FROM numbers`;

const ATTEMPTS = `
  INSERT INTO "attempts" ("message_id", "n", "provider", "model", "reason", "text_from", "reasoning_from", "outcome", "tokens",
    "prompt_tokens", "completion_tokens", "source", "started_at", "ended_at")
  SELECT "id", 1, 'bench', 'bench-model', 'selected', 0, 0, 'ok', 81, 21, 60, 'actual', "created_at", "created_at" + 1900
  FROM "messages" WHERE "seq" > :base AND "role" = 'assistant'`;

const QUESTION = 'What is a rondo, and where does the name come from?';
const ANSWER = 'A rondo is a form in which a theme returns after each episode, unchanged. '.repeat(3);

/**
 * Adds `count` messages of finished conversations to a database that the service has made, as if they had been asked
 * there: one transaction, half a minute for a million. Nobody else may have it open.
 */
export function addMessages(file: string, before: number, count: number): void {
  const database = new DatabaseSync(file, { enableForeignKeyConstraints: false });
  try {
    // As a BigInt, like all that is calculated with: a number would be bound as a floating-point one.
    const last = database.prepare('SELECT coalesce(max("seq"), 0) AS "base" FROM "messages"').get();
    const base = BigInt(Number(last?.['base']));
    database.exec('PRAGMA synchronous = OFF; PRAGMA cache_size = -262144; BEGIN');
    const sessions = { first: BigInt(sessionsOf(before)), end: BigInt(sessionsOf(before + count)) };
    const messages = { first: BigInt(before), end: BigInt(before + count) };
    database.prepare(SESSIONS).run({ ...sessions, base });
    database.prepare(MESSAGES).run({ ...messages, base, question: QUESTION, answer: ANSWER });
    database.prepare(ATTEMPTS).run({ base });
    database.exec('COMMIT; PRAGMA wal_checkpoint(TRUNCATE)');
  } finally {
    database.close();
  }
}
