import type { CheckpointSource } from '../../history/history-writer.js';
import type {
  AnswerEnd,
  AttemptEnd,
  AttemptStart,
  HistoryRecord,
  Segment,
  SessionKey,
} from '../../history/history-store.js';
import type { CompletionFinish } from '../../providers/completion.js';
import type { AttemptEnded, AttemptStarted, RelayPart } from '../../providers/routing/relay-part.js';
import { isAnnounced, type DoneEvent, type Usage } from '../../wire/answer-event.js';
import type { Message } from '../../wire/message.js';
import { messageOf } from './answer-message.js';
import type { AttemptRecord } from './attempt-record.js';
import type { ReadableAnswer } from './readable-answer.js';
import { AnswerLog, type Channel } from './answer-log.js';

/** What happens when the last reader leaves: go on for a grace, to the end, or stop at once. */
export type OnDisconnect = 'detach' | 'finish' | 'cancel';

/** Why an answer was ended before its provider was done. */
export type StopReason = 'stopped' | 'interrupted' | 'answer_timeout' | 'too_long';

export interface AnswerOptions {
  id: string;
  session: SessionKey;
  question: string;
  onDisconnect: OnDisconnect;
  detachGraceMs: number;
  /** Monotonic time at which the request arrived. */
  askedAt: number;
}

/**
 * An answer while it is generated. It is not tied to the request that asked for it: readers come and go, and what was
 * said waits here for the history's next checkpoint.
 */
export class Answer implements CheckpointSource, ReadableAnswer {
  readonly log = new AnswerLog();
  readonly attempts: AttemptRecord[] = [];
  readonly createdAt = Date.now();
  /** Monotonic time of the first token that readers got. */
  firstTokenAt: number | undefined;
  finish: CompletionFinish | undefined;
  readonly #ended = Promise.withResolvers<void>();
  readonly #abort = new AbortController();
  #records: HistoryRecord[] = [];
  #end: AnswerEnd | undefined;
  #readers = 0;
  #readerlessSince = performance.now();
  #graceTimer: NodeJS.Timeout | undefined;

  constructor(readonly options: AnswerOptions) {
    this.#whenReaderless();
  }

  /** Resolves when its last event is in the log. */
  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  get id(): string {
    return this.options.id;
  }

  /** Aborts with a {@link StopReason} when the answer is to end early. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  stop(reason: StopReason): void {
    clearTimeout(this.#graceTimer);
    this.#abort.abort(reason);
  }

  /** Someone reads; returns how to leave. Leaving twice is leaving once. */
  enter(): () => void {
    this.#readers++;
    clearTimeout(this.#graceTimer);
    let inside = true;
    return () => {
      if (!inside) return;
      inside = false;
      if (--this.#readers > 0) return;
      this.#readerlessSince = performance.now();
      if (this.options.onDisconnect === 'cancel') this.stop('interrupted');
      else this.#whenReaderless();
    };
  }

  /** Whether nobody has been reading for `ms`, and nobody asked for it to be finished all the same. */
  abandonedFor(ms: number): boolean {
    const readerless = this.#readers === 0 && performance.now() - this.#readerlessSince >= ms;
    return readerless && this.options.onDisconnect !== 'finish';
  }

  /** The last event: nothing follows, and no reader is waited for. */
  close(done: DoneEvent): void {
    clearTimeout(this.#graceTimer);
    this.log.close(done);
    this.#ended.resolve();
  }

  take(part: RelayPart): void {
    switch (part.type) {
      case 'text':
      case 'reasoning':
        this.#say(part.type, part.text);
        return;
      case 'attempt-started':
        this.#attemptStarted(part);
        return;
      case 'attempt-ended':
        this.#attemptEnded(part);
        return;
      case 'finish':
        this.finish = part.reason;
    }
  }

  /** Who wrote it, or was asked last where nobody did. */
  get speaker(): AttemptRecord | undefined {
    const { attempts } = this;
    return (
      attempts.find(({ ended }) => ended?.outcome === 'ok') ??
      attempts.findLast(
        ({ started, ended }) => isAnnounced(started.reason) && ended?.timeToFirstTokenMs !== undefined,
      ) ??
      attempts.findLast(({ started }) => isAnnounced(started.reason))
    );
  }

  /** It could not be opened: whoever waits for its end need not. */
  abandon(): void {
    clearTimeout(this.#graceTimer);
    this.#ended.resolve();
  }

  /** Everything is known: what each attempt used, and the record of the whole. */
  conclude(end: AnswerEnd, usages: readonly (Usage | undefined)[]): void {
    this.#end = end;
    this.attempts.forEach((attempt, index) => {
      const usage = usages[index];
      if (usage === undefined || attempt.ended === undefined) return;
      attempt.usage = usage;
      this.#records.push(attemptEnd(this.id, attempt.ended, usage));
    });
  }

  message(): Message {
    if (this.#end === undefined) throw new Error('the answer has not ended');
    return messageOf(this.#end, this.createdAt, this.attempts);
  }

  drain(records: HistoryRecord[]): void {
    records.push(...this.#records);
    this.#records = [];
  }

  #say(channel: Channel, text: string): void {
    const at = this.log[channel].length;
    this.log.append(channel, text);
    const last = this.#records.at(-1);
    if (last?.kind === 'segment' && last.channel === channel) last.text += text;
    else this.#records.push({ kind: 'segment', answerId: this.id, channel, at, text } satisfies Segment);
  }

  #attemptStarted(started: AttemptStarted): void {
    const textFrom = this.log.text.length;
    const reasoningFrom = this.log.reasoning.length;
    this.attempts.push({ started, textFrom, reasoningFrom });
    const { type: _, ...fields } = started;
    this.#records.push({
      kind: 'attempt-start',
      answerId: this.id,
      textFrom,
      reasoningFrom,
      ...fields,
    } satisfies AttemptStart);
    const { provider, model, reason, from, fromCode } = started;
    if (!isAnnounced(reason)) return;
    const predecessor = from === undefined ? {} : { from, ...(fromCode === undefined ? {} : { code: fromCode }) };
    this.log.event({ type: 'provider', provider, model, reason, ...predecessor });
  }

  #attemptEnded(ended: AttemptEnded): void {
    const attempt = this.attempts.find(({ started }) => started.n === ended.n);
    if (attempt !== undefined) attempt.ended = ended;
    this.#records.push(attemptEnd(this.id, ended));
  }

  #whenReaderless(): void {
    const { onDisconnect, detachGraceMs } = this.options;
    if (onDisconnect === 'finish' || this.signal.aborted) return;
    this.#graceTimer = setTimeout(() => this.stop('interrupted'), detachGraceMs).unref();
  }
}

function attemptEnd(answerId: string, { n, outcome, code, at }: AttemptEnded, usage?: Usage): AttemptEnd {
  return {
    kind: 'attempt-end',
    answerId,
    n,
    outcome,
    ...(code === undefined ? {} : { code }),
    ...(usage === undefined ? {} : { usage }),
    at,
  };
}
