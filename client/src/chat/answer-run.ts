import { ApiError } from '../api/api-error.js';
import { stopAnswer } from '../api/chat-api.js';
import { NEW_ANSWER, reduceAnswer, type AnswerState } from '../state/answer-state.js';
import { followAnswer, type Connection } from '../stream/answer-stream.js';
import { backoffMs, waitOrWake } from '../stream/backoff.js';
import type { ShownAnswer } from './shown-messages.js';

/** One running answer in the page, from its first event to its `done`, and its stop. */
export class AnswerRun {
  #answerId: string | undefined;
  #stopping = false;
  #state: AnswerState = NEW_ANSWER;

  constructor(
    readonly answer: ShownAnswer,
    private readonly signal: AbortSignal,
    private readonly onConnection: (connection: Connection) => void,
    /** When the question was sent, on the clock of `performance`; undefined for an answer that was found running. */
    private readonly startedAt?: number,
  ) {}

  /** Resolves when the answer has ended, however it did. Rejects only when the run was aborted. */
  async follow(answerId: string, response?: Response): Promise<void> {
    const { answer, signal, onConnection } = this;
    this.#answerId = answerId;
    answer.identify(answerId);
    if (this.#stopping) void this.#sendStop(answerId);
    try {
      for await (const events of followAnswer({ answerId, signal, onConnection, ...(response ? { response } : {}) })) {
        const elapsed = this.startedAt === undefined ? undefined : performance.now() - this.startedAt;
        this.#state = events.reduce((state, event) => reduceAnswer(state, event, elapsed), this.#state);
        // Whoever stopped it wants no more, however long the stop takes.
        if (!this.#stopping || !this.#state.running) answer.update(this.#state);
      }
    } catch (error) {
      if (signal.aborted) throw error;
      answer.update(lost(answer.state, error));
    } finally {
      this.#answerId = undefined;
    }
  }

  /** Ends the answer, as soon as its id is known. */
  stop(): void {
    this.#stopping = true;
    if (this.#answerId !== undefined) void this.#sendStop(this.#answerId);
  }

  /** Tries until the service has heard it: a stop must work without a connection, too. */
  async #sendStop(answerId: string): Promise<void> {
    for (let attempt = 0; !this.signal.aborted && this.#answerId === answerId; attempt++) {
      try {
        await stopAnswer(answerId);
        return;
      } catch (error) {
        if (error instanceof ApiError && error.status < 500) return;
        await waitOrWake(backoffMs(attempt), this.signal).catch(() => undefined);
      }
    }
  }
}

/** The service does not know the answer any more: what was shown of it stays, and says that it is not whole. */
function lost(state: AnswerState, error: unknown): AnswerState {
  const message = error instanceof ApiError ? error.message : 'The rest of this answer could not be read.';
  return {
    ...state,
    running: false,
    finishReason: 'interrupted',
    error: { message, code: 'interrupted', class: 'retryable', retryable: true },
  };
}
