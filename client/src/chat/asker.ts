import type { Asked, Question, QuestionSettings } from '../api/chat-api.js';
import { randomId } from '../state/identity.js';
import { Observable } from '../state/observable.js';
import type { Connection } from '../stream/answer-stream.js';
import { ask, type StartedAnswer } from '../stream/ask.js';
import { AnswerRun } from './answer-run.js';
import type { ShownAnswer, ShownMessage, ShownMessages } from './shown-messages.js';

export type Phase = 'idle' | 'running' | 'stopping';

/** The session that is shown; `signal` aborts when another one is. */
export interface OpenSession {
  readonly sessionId: string;
  readonly signal: AbortSignal;
}

/** Something to be asked, and how the page shows it. */
export interface Turn {
  readonly asked: Asked;
  readonly settings: QuestionSettings;
  /** Index of the first message that the turn's `entries` replace, with all that follow it. */
  readonly from: number;
  readonly entries: readonly ShownMessage[];
  readonly answer: ShownAnswer;
  /** Rejects where what is asked would not be asked in the context that is shown. */
  readonly check: (signal: AbortSignal) => Promise<void>;
  /** It could not be asked; the page shows what it showed before. */
  refused(error: unknown): void;
}

/**
 * Its writer took a question back that could not be sent. If only the reply got lost, the service answers it all the
 * same, and the session shows it when it is loaded again.
 */
export class WithdrawnError extends Error {}

export interface AskerEvents {
  /** What is asked could not be sent yet; that is tried again. */
  delayed(): void;
  started(): void;
  ended(answer: ShownAnswer): void;
}

/** Asks one question at a time, and follows its answer over all that may happen to the connection. */
export class Asker {
  readonly phase = new Observable<Phase>('idle');
  readonly connection = new Observable<Connection>('connected');
  #run: AnswerRun | undefined;
  /** Takes back what has not been sent yet. */
  #sending: AbortController | undefined;

  constructor(
    private readonly messages: ShownMessages,
    private readonly events: AskerEvents,
  ) {}

  isIdle(): boolean {
    return this.phase.value === 'idle';
  }

  /** Resolves when the answer has ended, when it was refused, or when another session is opened. */
  async ask(turn: Turn, { sessionId, signal }: OpenSession): Promise<void> {
    if (!this.isIdle()) return;
    const { asked, settings, answer } = turn;
    const replaced = this.messages.replaceFrom(turn.from, turn.entries);
    const run = new AnswerRun(answer, signal, this.#onConnection(signal), performance.now());
    this.#start(run);
    let started: StartedAnswer;
    try {
      started = await this.#send({ ...settings, session_id: sessionId, ...asked }, signal, turn);
    } catch (error) {
      if (signal.aborted) return;
      this.messages.replaceFrom(this.#placeOf(turn), replaced);
      this.reset();
      return turn.refused(error);
    }
    const followed = this.#follow(run, started.answerId, started.response);
    this.events.started();
    await followed;
  }

  /** Follows an answer that was found running; resolves as {@link ask} does. */
  async attach(answer: ShownAnswer, { signal }: OpenSession): Promise<void> {
    const run = new AnswerRun(answer, signal, this.#onConnection(signal));
    this.#start(run);
    await this.#follow(run, answer.id);
  }

  stop(): void {
    if (this.phase.value !== 'running') return;
    if (this.#sending && this.connection.value === 'reconnecting') return this.#sending.abort(new WithdrawnError());
    this.phase.set('stopping');
    this.#run?.stop();
  }

  /** Nothing is asked any more. */
  reset(): void {
    this.#run = undefined;
    this.connection.set('connected');
    this.phase.set('idle');
  }

  async #send(question: Question, whole: AbortSignal, { check }: Turn): Promise<StartedAnswer> {
    const sending = new AbortController();
    const onConnection = (connection: Connection): void => {
      const isFirst = connection !== this.connection.value;
      this.#onConnection(whole)(connection);
      if (connection === 'connected') return;
      if (this.phase.value === 'stopping') sending.abort(new WithdrawnError());
      else if (isFirst) this.events.delayed();
    };
    this.#sending = sending;
    try {
      const signal = AbortSignal.any([whole, sending.signal]);
      return await ask({ question, key: randomId(), signal, onConnection, check });
    } catch (error) {
      throw sending.signal.aborted ? sending.signal.reason : error;
    } finally {
      if (this.#sending === sending) this.#sending = undefined;
    }
  }

  #start(run: AnswerRun): void {
    this.#run = run;
    this.phase.set('running');
  }

  async #follow(run: AnswerRun, answerId: string, response?: Response): Promise<void> {
    try {
      await run.follow(answerId, response);
    } catch {
      // Another session was opened.
      return;
    }
    this.reset();
    this.events.ended(run.answer);
  }

  /** Where the turn's entries are now: older messages may have been put before them. */
  #placeOf({ entries: [first], answer }: Turn): number {
    const { entries } = this.messages;
    return first ? entries.indexOf(first) : entries.indexOf(answer) + 1;
  }

  #onConnection(signal: AbortSignal): (connection: Connection) => void {
    return (connection) => {
      if (!signal.aborted) this.connection.set(connection);
    };
  }
}
