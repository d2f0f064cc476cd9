import type { Message } from '../../../src/wire/message.js';
import { ApiError } from '../api/api-error.js';
import { getHistory, type QuestionSettings } from '../api/chat-api.js';
import { NEW_ANSWER } from '../state/answer-state.js';
import { randomId } from '../state/identity.js';
import { Observable } from '../state/observable.js';
import type { Connection } from '../stream/answer-stream.js';
import { ask } from '../stream/ask.js';
import type { AnswerEntry } from '../view/transcript-entry.js';
import { QuestionEntry } from '../view/transcript-entry.js';
import type { Transcript } from '../view/transcript.js';
import { AnswerRun } from './answer-run.js';
import { answerEntry, entriesOf, promptTokens, questionsOf } from './conversation-view.js';

export type Phase = 'idle' | 'running' | 'stopping';

export interface ConversationEvents {
  /** The settings that the next question is sent with. */
  settings(): QuestionSettings;
  /** The question could not be asked; its text goes back to its writer. */
  refused(text: string, error: unknown): void;
  loadFailed(error: unknown): void;
  begun(): void;
  ended(entry: AnswerEntry): void;
}

/** One session in the page: what was said, and the answer that is being written. */
export class Conversation {
  readonly phase = new Observable<Phase>('idle');
  readonly connection = new Observable<Connection>('connected');
  #sessionId = '';
  /** Ends everything that belongs to the session shown when another one is opened. */
  #open = new AbortController();
  #run: AnswerRun | undefined;
  #hasMore = false;
  #loadingOlder = false;

  constructor(
    private readonly userId: string,
    private readonly transcript: Transcript,
    private readonly events: ConversationEvents,
  ) {}

  get questions(): string[] {
    return questionsOf(this.transcript.entries);
  }

  get sessionId(): string {
    return this.#sessionId;
  }

  get isEmpty(): boolean {
    return this.transcript.entries.length === 0;
  }

  /** Shows a session; a running answer of another one goes on without us. A new one has nothing to load. */
  async open(sessionId: string, isNew: boolean): Promise<void> {
    this.#open.abort();
    this.#open = new AbortController();
    const { signal } = this.#open;
    this.#sessionId = sessionId;
    this.#hasMore = false;
    this.#loadingOlder = false;
    this.#end();
    this.transcript.reset([]);
    if (!isNew) await this.#load(signal).catch((error: unknown) => this.#loadFailed(error, signal));
  }

  /** Another tab may have gone on with this session. */
  async refresh(): Promise<void> {
    if (!this.#isIdle() || this.isEmpty) return;
    const { signal } = this.#open;
    try {
      const { history } = await getHistory(this.userId, this.#sessionId, { limit: 1 }, signal);
      const last = history.at(-1);
      const isNews = last?.id !== this.transcript.entries.at(-1)?.id;
      if (last && isNews && this.#isIdle()) await this.#load(signal);
    } catch {
      // What is shown stays.
    }
  }

  async loadOlder(): Promise<void> {
    const before = this.transcript.entries[0]?.id;
    if (!this.#hasMore || this.#loadingOlder || before === undefined) return;
    this.#loadingOlder = true;
    const { signal } = this.#open;
    try {
      const page = await getHistory(this.userId, this.#sessionId, { before }, signal);
      this.#hasMore = page.has_more;
      this.#loadingOlder = false;
      this.transcript.prepend(entriesOf(page.history, this.#retry));
    } catch (error) {
      this.#loadFailed(error, signal);
      this.#loadingOlder = false;
    }
  }

  async send(text: string): Promise<void> {
    if (!this.#isIdle()) return;
    const { signal } = this.#open;
    const onConnection = this.#onConnection(signal);
    const question = new QuestionEntry(randomId(), text);
    const sentAlong = [...this.transcript.entries, question];
    const entry = answerEntry(randomId(), NEW_ANSWER, text, this.#retry, promptTokens(sentAlong), true);
    this.transcript.append(question);
    this.transcript.append(entry);
    this.#run = new AnswerRun(entry, signal, onConnection, performance.now());
    this.phase.set('running');
    const body = { ...this.events.settings(), user_id: this.userId, session_id: this.#sessionId, message: text };
    try {
      const { answerId, response } = await ask({ question: body, key: randomId(), signal, onConnection });
      this.events.begun();
      await this.#followRun(this.#run, answerId, response);
    } catch (error) {
      if (signal.aborted) return;
      this.transcript.remove(entry);
      this.transcript.remove(question);
      this.#end();
      this.events.refused(text, error);
      if (error instanceof ApiError && error.code === 'answer_running') await this.#load(signal).catch(() => undefined);
    }
  }

  stop(): void {
    if (this.phase.value !== 'running') return;
    this.phase.set('stopping');
    this.#run?.stop();
  }

  readonly #retry = (question: string): void => {
    void this.send(question);
  };

  async #load(signal: AbortSignal): Promise<void> {
    const { history, has_more } = await getHistory(this.userId, this.#sessionId, {}, signal);
    if (signal.aborted) return;
    this.#hasMore = has_more;
    const last = history.at(-1);
    const running = last?.status === 'streaming' ? last : undefined;
    this.transcript.reset(entriesOf(running ? history.slice(0, -1) : history, this.#retry));
    performance.mark('conversation-shown');
    if (running) this.#attach(running, signal);
  }

  /** Goes on with an answer that was found running. */
  #attach(message: Message, signal: AbortSignal): void {
    const tokens = promptTokens(this.transcript.entries);
    const entry = answerEntry(message.id, NEW_ANSWER, this.questions.at(-1) ?? '', this.#retry, tokens, true);
    this.transcript.append(entry);
    this.#run = new AnswerRun(entry, signal, this.#onConnection(signal));
    this.phase.set('running');
    void this.#followRun(this.#run, message.id).catch(() => undefined);
  }

  /** Rejects only when another session was opened. */
  async #followRun(run: AnswerRun, answerId: string, response?: Response): Promise<void> {
    await run.follow(answerId, response);
    this.#end();
    this.events.ended(run.entry);
  }

  #loadFailed(error: unknown, signal: AbortSignal): void {
    if (!signal.aborted) this.events.loadFailed(error);
  }

  #onConnection(signal: AbortSignal): (connection: Connection) => void {
    return (connection) => {
      if (!signal.aborted) this.connection.set(connection);
    };
  }

  #isIdle(): boolean {
    return this.phase.value === 'idle';
  }

  #end(): void {
    this.#run = undefined;
    this.connection.set('connected');
    this.phase.set('idle');
  }
}
