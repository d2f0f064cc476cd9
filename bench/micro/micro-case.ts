/** One step on an event's way, alone. */
export interface MicroCase {
  readonly name: string;
  /** What one event is here, and what is done with it. */
  readonly what: string;
  /** Events of one batch. */
  readonly events: number;
  /** Takes one batch of events through the step, with nothing left over from the batch before. */
  batch(): void | Promise<void>;
  /** Lets go of what it holds. */
  close?(): Promise<void>;
}
