import type { Asked, Question, QuestionSettings } from '../api/chat-api.js';
import { randomId } from '../state/identity.js';
import { Observable } from '../state/observable.js';
import type { Connection } from '../stream/answer-stream.js';
import { ask } from '../stream/ask.js';
import type { AnswerEntry } from '../view/answer-entry.js';
import type { TranscriptEntry } from '../view/transcript-entry.js';
import type { Transcript } from '../view/transcript.js';
import { AnswerRun } from './answer-run.js';

export type Phase = 'idle' | 'running' | 'stopping';

/** Whom a question belongs to. */
export interface SessionKey {
  sessionId: string;
}

/** Something to be asked, and how the transcript shows it. */
export interface Turn {
  readonly asked: Asked;
  readonly settings: QuestionSettings;
  /** Index of the first message that makes room for the turn's, and these. */
  readonly from: number;
  readonly entries: readonly TranscriptEntry[];
  readonly answer: AnswerEntry;
  /** Rejects where what is asked would not be asked in the context that is shown. */
  check(signal: AbortSignal): Promise<void>;
  /** It could not be asked; the transcript is what it was before. */
  refused(error: unknown): void;
}

/**
 * Its writer took a question back that could not be sent. If it was the reply that got lost, the service answers it all
 * the same, and the session shows it when it is loaded again.
 */
export class WithdrawnError extends Error {}

export interface AskerEvents {
  /** What is asked could not be sent yet; that is tried again. */
  delayed(): void;
  begun(): void;
  ended(answer: AnswerEntry): void;
}

/** Asks one question at a time and follows its answer into the transcript, over all that may happen meanwhile. */
export class Asker {
  readonly phase = new Observable<Phase>('idle');
  readonly connection = new Observable<Connection>('connected');
  #run: AnswerRun | undefined;
  /** Takes back what has not been sent yet. */
  #sending: AbortController | undefined;

  constructor(
    private readonly transcript: Transcript,
    private readonly events: AskerEvents,
  ) {}

  isIdle(): boolean {
    return this.phase.value === 'idle';
  }

  /** Resolves when the answer has ended, when it was refused, or when `signal` aborts. */
  async ask(turn: Turn, { sessionId }: SessionKey, signal: AbortSignal): Promise<void> {
    if (!this.isIdle()) return;
    const { asked, settings, from, entries, answer } = turn;
    const onConnection = this.#onConnection(signal);
    const before = this.transcript.replaceFrom(from, entries);
    const run = new AnswerRun(answer, signal, onConnection, performance.now());
    this.#begin(run);
    const question = { ...settings, session_id: sessionId, ...asked };
    try {
      const { answerId, response } = await this.#send(question, signal, (whole) => turn.check(whole));
      this.events.begun();
      await this.#follow(run, answerId, response);
    } catch (error) {
      if (signal.aborted) return;
      this.transcript.replaceFrom(from, before);
      this.reset();
      turn.refused(error);
    }
  }

  /** Goes on with an answer that was found running. */
  attach(answer: AnswerEntry, signal: AbortSignal): void {
    const run = new AnswerRun(answer, signal, this.#onConnection(signal));
    this.#begin(run);
    void this.#follow(run, answer.id).catch(() => undefined);
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

  async #send(
    question: Question,
    whole: AbortSignal,
    check: (signal: AbortSignal) => Promise<void>,
  ): Promise<{ answerId: string; response: Response }> {
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

  #begin(run: AnswerRun): void {
    this.#run = run;
    this.phase.set('running');
  }

  /** Rejects only when another session was opened. */
  async #follow(run: AnswerRun, answerId: string, response?: Response): Promise<void> {
    await run.follow(answerId, response);
    this.reset();
    this.events.ended(run.entry);
  }

  #onConnection(signal: AbortSignal): (connection: Connection) => void {
    return (connection) => {
      if (!signal.aborted) this.connection.set(connection);
    };
  }
}
