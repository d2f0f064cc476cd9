import { HistoryUnavailableError, sessionName, type NewTurn } from '../history-store.js';

/** A larger batch would delay the checkpoints of running answers. */
const LARGEST_BATCH = 100;
/** Of a turn's texts; a longer one is a batch of its own, so that checkpoints come between it and the next. */
const LONGEST_SHARED_CHARS = 4_096;

interface Waiting {
  readonly turn: NewTurn;
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

interface Batch {
  readonly members: Waiting[];
  readonly sessions: Set<string>;
  /** Nobody may join it. */
  readonly full: boolean;
}

/** Why turns were not stored, by the ids of their answers; the others were. */
export type Refusals = ReadonlyMap<string, unknown>;

/**
 * Writes new turns in batches: those that come while a write runs share the next one. A burst of a thousand questions
 * costs a few writes instead of a thousand. A batch waits in the database's queue, with the deadline of its first member.
 */
export class TurnWriter {
  /** Those whose write has not started, in order. */
  readonly #waiting: Batch[] = [];

  /**
   * @param open waits for its time, then calls `start` for the turns, each of another session, and stores them in one
   *   transaction, except those it refuses one by one
   */
  constructor(private readonly open: (start: () => readonly NewTurn[]) => Promise<Refusals>) {}

  add(turn: NewTurn): Promise<void> {
    return new Promise((resolve, reject) => {
      const batch = this.#batchFor(turn);
      batch.members.push({ turn, resolve, reject });
      batch.sessions.add(sessionName(turn));
      if (batch.members.length === 1) void this.#write(batch);
    });
  }

  /** A session has one running answer. If two turns of one session come all the same, the second waits. */
  #batchFor(turn: NewTurn): Batch {
    const session = sessionName(turn);
    const first = this.#waiting.findLastIndex(({ sessions }) => sessions.has(session)) + 1;
    const full = lengthOf(turn) > LONGEST_SHARED_CHARS;
    const known = this.#waiting.slice(first).find((batch) => !batch.full && batch.members.length < LARGEST_BATCH);
    if (known !== undefined && !full) return known;
    const batch: Batch = { members: [], sessions: new Set(), full };
    this.#waiting.push(batch);
    return batch;
  }

  /** From now on nobody joins the batch. */
  #start(batch: Batch): readonly NewTurn[] {
    const at = this.#waiting.indexOf(batch);
    if (at !== -1) this.#waiting.splice(at, 1);
    return batch.members.map(({ turn }) => turn);
  }

  async #write(batch: Batch): Promise<void> {
    try {
      resolveAll(batch.members, await this.open(() => this.#start(batch)));
    } catch (error) {
      this.#start(batch);
      // One turn's fault must not fail the others: each is tried alone.
      if (batch.members.length === 1 || error instanceof HistoryUnavailableError)
        for (const { reject } of batch.members) reject(error);
      else for (const member of batch.members) await this.#writeAlone(member);
    }
  }

  async #writeAlone(member: Waiting): Promise<void> {
    await this.open(() => [member.turn]).then((refusals) => resolveAll([member], refusals), member.reject);
  }
}

function resolveAll(members: readonly Waiting[], refusals: Refusals): void {
  for (const { turn, resolve, reject } of members)
    if (refusals.has(turn.answerId)) reject(refusals.get(turn.answerId));
    else resolve();
}

function lengthOf({ question, carried }: NewTurn): number {
  return question.length + (carried === undefined ? 0 : carried.text.length + carried.reasoning.length);
}
