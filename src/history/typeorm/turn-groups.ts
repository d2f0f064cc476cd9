import { HistoryUnavailableError, sessionName, type NewTurn } from '../history-store.js';

/** More would hold the checkpoints of running answers up. */
const LARGEST_GROUP = 100;
/** Of a turn's texts; a longer one is a group of its own, so that checkpoints come between it and the next. */
const LONGEST_SHARED_CHARS = 4_096;

interface Waiting {
  readonly turn: NewTurn;
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

interface Group {
  readonly members: Waiting[];
  readonly sessions: Set<string>;
  /** Nobody may join it. */
  readonly full: boolean;
}

/** Why turns were not stored, by the ids of their answers; the others were. */
export type Refusals = ReadonlyMap<string, Error>;

/**
 * Opens turns in groups: whoever comes while a write runs shares the next one. A burst of a thousand questions costs a
 * few writes instead of a thousand. A group waits in the queue of writes itself, under the deadline of its first member.
 */
export class TurnGroups {
  /** Those whose write has not begun, in order. */
  readonly #waiting: Group[] = [];

  /**
   * @param open waits for its turn, then calls `begin` for the turns, each of another session, and stores them in one
   *   transaction, except those it refuses one by one
   */
  constructor(private readonly open: (begin: () => readonly NewTurn[]) => Promise<Refusals>) {}

  add(turn: NewTurn): Promise<void> {
    return new Promise((resolve, reject) => {
      const group = this.#groupFor(turn);
      group.members.push({ turn, resolve, reject });
      group.sessions.add(sessionName(turn));
      if (group.members.length === 1) void this.#openAll(group);
    });
  }

  /** A session has one answer running at a time; where one comes twice all the same, the second waits. */
  #groupFor(turn: NewTurn): Group {
    const session = sessionName(turn);
    const first = this.#waiting.findLastIndex(({ sessions }) => sessions.has(session)) + 1;
    const full = lengthOf(turn) > LONGEST_SHARED_CHARS;
    const known = this.#waiting.slice(first).find((group) => !group.full && group.members.length < LARGEST_GROUP);
    if (known !== undefined && !full) return known;
    const group: Group = { members: [], sessions: new Set(), full };
    this.#waiting.push(group);
    return group;
  }

  /** From now on nobody joins the group. */
  #begin(group: Group): readonly NewTurn[] {
    const at = this.#waiting.indexOf(group);
    if (at !== -1) this.#waiting.splice(at, 1);
    return group.members.map(({ turn }) => turn);
  }

  async #openAll(group: Group): Promise<void> {
    try {
      settle(group.members, await this.open(() => this.#begin(group)));
    } catch (error) {
      this.#begin(group);
      // One turn's fault is not the others': each on its own.
      if (group.members.length === 1 || error instanceof HistoryUnavailableError)
        for (const { reject } of group.members) reject(error);
      else for (const member of group.members) await this.#openAlone(member);
    }
  }

  async #openAlone(member: Waiting): Promise<void> {
    await this.open(() => [member.turn]).then((refusals) => settle([member], refusals), member.reject);
  }
}

function settle(members: readonly Waiting[], refusals: Refusals): void {
  for (const { turn, resolve, reject } of members) {
    const refusal = refusals.get(turn.answerId);
    if (refusal === undefined) resolve();
    else reject(refusal);
  }
}

function lengthOf({ question, carried }: NewTurn): number {
  return question.length + (carried === undefined ? 0 : carried.text.length + carried.reasoning.length);
}
