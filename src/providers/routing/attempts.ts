import type { Attempt } from './attempt.js';
import type { RelayRun } from './relay-task.js';

/** Runs attempts, each to its end; see {@link AttemptRunner}. */
export abstract class Attempts {
  /**
   * Asks the provider and passes on what it says.
   * @returns whether the answer is complete
   * @throws `run.signal.reason` when that aborts; anything else for a fault of our own, which is held against nobody
   */
  abstract run(attempt: Attempt, run: RelayRun): Promise<boolean>;
}
