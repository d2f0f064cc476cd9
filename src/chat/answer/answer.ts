import type { SessionKey } from '../../history/history-store.js';
import type { CompletionFinish } from '../../providers/completion.js';
import type { AttemptEnded, AttemptStarted, RelayPart } from '../../providers/routing/relay-part.js';
import { isAnnounced, type DoneEvent, type ErrorCode } from '../../wire/answer-event.js';
import type { AnswerEnd, OpenedAnswer, TextPiece } from '../../wire/answer-observer.js';
import type { AttemptRecord } from '../../wire/attempt.js';
import type { Message } from '../../wire/message.js';
import { reportedUsage } from '../../providers/tokens/models.js';
import { messageOf } from './answer-message.js';
import { AnswerRecords } from './answer-records.js';
import { Audience, type AudienceOptions } from './audience.js';
import { writerOf, type AnswerAttempt } from './answer-attempt.js';
import type { ReadableAnswer } from './readable-answer.js';
import { AnswerLog } from './answer-log.js';
import type { Channel } from './frame.js';

/** Why an answer was ended before its provider was done. */
export type StopReason = 'stopped' | 'interrupted' | 'answer_timeout' | 'too_long';

/** An earlier version of the answer, which this one goes on from. */
export interface CarriedAnswer {
  readonly text: string;
  readonly reasoning: string;
  /** Who wrote it, and how it failed, if it did. */
  readonly provider?: string;
  readonly model?: string;
  readonly code?: ErrorCode;
}

export interface AnswerOptions extends AudienceOptions {
  id: string;
  /** Where it is stored. Absent: nowhere, nobody can come back to it. */
  session?: SessionKey;
  /** Monotonic time at which the request arrived. */
  askedAt: number;
}

/**
 * An answer while it is generated. It is not tied to the request that asked for it: readers come and go, and what was
 * said waits here for the history's next checkpoint.
 */
export class Answer implements OpenedAnswer, ReadableAnswer {
  readonly log = new AnswerLog();
  readonly attempts: AnswerAttempt[] = [];
  readonly createdAt = Date.now();
  readonly session?: SessionKey;
  /** Monotonic time of the first token that readers got. */
  firstTokenAt: number | undefined;
  finish: CompletionFinish | undefined;
  /** What the history was given as its end. */
  recorded: AnswerEnd | undefined;
  /** Of an error `invalid_request`: the field that no provider takes, where that is known. */
  refusedField: string | undefined;
  #carried: CarriedAnswer | undefined;
  #toCarry: CarriedAnswer | undefined;
  readonly #settled = Promise.withResolvers<void>();
  readonly #ended = Promise.withResolvers<void>();
  readonly #abort = new AbortController();
  readonly #records: AnswerRecords;
  readonly #audience: Audience;
  #end: AnswerEnd | undefined;

  constructor(readonly options: AnswerOptions) {
    if (options.session !== undefined) this.session = options.session;
    this.#records = new AnswerRecords(options.session !== undefined);
    this.#audience = new Audience(options, () => this.stop('interrupted'));
  }

  /** Resolves when its session takes the next question: nothing more is said, only its usage may still be counted. */
  get settled(): Promise<void> {
    return this.#settled.promise;
  }

  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  get id(): string {
    return this.options.id;
  }

  get answerId(): string {
    return this.options.id;
  }

  /** Aborts with a {@link StopReason} when the answer is to end early. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  stop(reason: StopReason): void {
    this.#audience.dismiss();
    this.#abort.abort(reason);
  }

  enter(): void {
    this.#audience.enter();
  }

  /** Who entered reads no more. */
  leave(): void {
    this.#audience.leave();
  }

  /** Whether it ends, or is left by its readers, within `ms`: then the next question of its session may stop it. */
  givesWay(ms: number): Promise<boolean> {
    return Promise.race([this.#audience.left(ms), this.settled.then(() => true)]);
  }

  settle(): void {
    this.#settled.resolve();
  }

  /** The last event: nothing follows, and no reader is waited for. */
  close(done: DoneEvent): void {
    this.#audience.dismiss();
    try {
      this.log.close(done);
    } finally {
      this.settle();
      this.#ended.resolve();
    }
  }

  get carried(): CarriedAnswer | undefined {
    return this.#carried;
  }

  /** To be called before anything is generated; the history was given the text already. */
  goOnFrom(carried: CarriedAnswer): void {
    this.#carried = carried;
    this.#toCarry = carried;
  }

  /** Has readers get what it goes on from, unless they did. It follows the first provider, if any could be asked. */
  carry(): void {
    const carried = this.#toCarry;
    this.#toCarry = undefined;
    if (carried === undefined) return;
    if (carried.reasoning !== '') this.log.append('reasoning', carried.reasoning);
    this.log.append('text', carried.text);
    this.log.flush();
  }

  /** Whether a provider has said anything. */
  get spoke(): boolean {
    const { text = '', reasoning = '' } = this.#carried ?? {};
    return this.log.length > text.length + reasoning.length;
  }

  take(part: RelayPart): void {
    switch (part.type) {
      case 'text':
      case 'reasoning':
        this.#say(part.type, part.text);
        return;
      case 'tool-call':
        this.#heard('text');
        this.log.toolCall(part);
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

  /** The attempt that speaks for it: whoever wrote it, or was asked last where nobody did. */
  get speaker(): AttemptRecord | undefined {
    return writerOf(this.attempts) ?? this.attempts.findLast(({ record }) => isAnnounced(record.reason))?.record;
  }

  /** Who wrote it: where nobody added anything, whoever wrote what it goes on from. */
  get author(): { provider?: string; model?: string } {
    return writerOf(this.attempts) ?? this.#carried ?? this.speaker ?? {};
  }

  /** It could not be opened: whoever waits for its end need not. */
  abandon(): void {
    this.#audience.dismiss();
    this.settle();
    this.#ended.resolve();
  }

  /** How it ended is known. */
  conclude(end: AnswerEnd): void {
    this.#end = end;
  }

  message(): Message {
    if (this.#end === undefined) throw new Error('the answer has not ended');
    return messageOf(this.#end, this.createdAt);
  }

  takeText(): TextPiece[] {
    return this.#records.take();
  }

  #say(channel: Channel, text: string): void {
    this.#heard(channel);
    const at = this.log[channel].length;
    this.log.append(channel, text);
    this.#records.said(channel, at, text);
  }

  /** The loser of a race ends as soon as it is told of: of those that run, the last one speaks. */
  #heard(channel: Channel): void {
    const speaking = this.attempts.findLast(({ record }) => record.outcome === 'running');
    if (speaking === undefined) return;
    speaking.heard = true;
    if (channel === 'text') speaking.wrote = true;
  }

  #attemptStarted({ type: _, at: startedAt, ...opening }: AttemptStarted): void {
    const { provider, model, reason, from, fromCode } = opening;
    const predecessor = {
      ...(from === undefined ? {} : { from }),
      ...(fromCode === undefined ? {} : { code: fromCode }),
    };
    if (isAnnounced(reason)) this.log.event({ type: 'provider', provider, model, reason, ...predecessor });
    this.carry();
    const textFrom = this.log.text.length;
    const reasoningFrom = this.log.reasoning.length;
    const record: AttemptRecord = { ...opening, textFrom, reasoningFrom, startedAt, outcome: 'running' };
    this.attempts.push({ record });
  }

  #attemptEnded({ n, outcome, code, usage, durationMs, timeToFirstTokenMs }: AttemptEnded): void {
    const record = this.attempts.find((attempt) => attempt.record.n === n)?.record;
    if (record === undefined) return;
    Object.assign(record, {
      outcome,
      durationMs,
      ...(code === undefined ? {} : { code }),
      ...(usage === undefined ? {} : { usage: reportedUsage(record.model, usage) }),
      ...(timeToFirstTokenMs === undefined ? {} : { timeToFirstTokenMs }),
    });
  }
}
