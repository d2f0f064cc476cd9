import { HistoryUnavailableError, type NewTurn } from '../history-store.js';

/** More would hold the checkpoints of running answers up. */
const LARGEST_GROUP = 100;

interface Waiting {
  readonly turn: NewTurn;
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

/**
 * Opens turns in groups: whoever comes while a transaction runs shares the next one. A burst of a thousand questions
 * costs a few transactions instead of a thousand.
 */
export class TurnGroup {
  #waiting: Waiting[] = [];
  #running = false;

  /** @param open stores all of these turns, each of another session, in one transaction, or none */
  constructor(private readonly open: (turns: readonly NewTurn[]) => Promise<void>) {}

  add(turn: NewTurn): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ turn, resolve, reject });
      if (!this.#running) void this.#run();
    });
  }

  async #run(): Promise<void> {
    this.#running = true;
    while (this.#waiting.length > 0) await this.#openAll(this.#nextGroup());
    this.#running = false;
  }

  /** A session has one answer running at a time; where one comes twice all the same, the second waits. */
  #nextGroup(): Waiting[] {
    const sessions = new Set<string>();
    const group: Waiting[] = [];
    const rest: Waiting[] = [];
    for (const waiting of this.#waiting) {
      const session = `${waiting.turn.userId}\n${waiting.turn.sessionId}`;
      const fits = group.length < LARGEST_GROUP && !sessions.has(session);
      sessions.add(session);
      (fits ? group : rest).push(waiting);
    }
    this.#waiting = rest;
    return group;
  }

  async #openAll(group: readonly Waiting[]): Promise<void> {
    try {
      await this.open(group.map(({ turn }) => turn));
      for (const { resolve } of group) resolve();
    } catch (error) {
      // One turn's fault (its key is taken) is not the others': each on its own.
      if (group.length === 1 || error instanceof HistoryUnavailableError) for (const { reject } of group) reject(error);
      else for (const { turn, resolve, reject } of group) await this.open([turn]).then(resolve, reject);
    }
  }
}
