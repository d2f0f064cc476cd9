/** How many requests of one kind are worked on at once. */
export interface Concurrency {
  /** Of the user that they name. Undefined where a request names none. */
  readonly perUser?: number;
  /** Of one client address, where addresses are told apart (`RATE_LIMIT_PER_ADDRESS`). */
  readonly perAddress: number;
  readonly inAll: number;
  /** Refused where there is no room for its reply. Others are let in: stopping and deleting make room. */
  readonly sendsMuch?: boolean;
}

/** A page of up to 1 MiB, which is in memory until its reader has it. */
const HISTORY: Concurrency = { perUser: 8, perAddress: 16, inAll: 64, sendsMuch: true };
const SESSIONS: Concurrency = { perUser: 8, perAddress: 32, inAll: 128, sendsMuch: true };
/** The most expensive read. Whoever types asks anew at each letter and waits for the last answer alone. */
const SEARCH: Concurrency = { perUser: 1, perAddress: 4, inAll: 8, sendsMuch: true };
/** Each is a transaction in the queue that questions wait in, too. */
const WRITES: Concurrency = { perUser: 4, perAddress: 8, inAll: 64 };
/** May have to read a whole answer to know that there is nothing to stop. */
const STOPS: Concurrency = { perAddress: 16, inAll: 64 };

/**
 * By method and route. What begins or reads answers has bounds of its own (`MAX_RUNNING_…`, `MAX_OPEN_STREAMS`), the rest
 * answers from memory.
 */
export const CONCURRENCY: Readonly<Record<string, Concurrency>> = {
  'GET /history': HISTORY,
  'POST /history': HISTORY,
  'GET /sessions': SESSIONS,
  'PATCH /sessions/:session_id': WRITES,
  'DELETE /sessions/:session_id': WRITES,
  'GET /search': SEARCH,
  'POST /rr-chat/stream/:answer_id/stop': STOPS,
};
