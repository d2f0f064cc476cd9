import type { CompletionFinish } from '../../providers/completion.js';
import type { EndedAttempt, RelayedAttempt, RelayPart } from '../../providers/routing/relay-part.js';
import { isAnnounced, type ErrorCode } from '../../wire/answer-event.js';
import type { AnswerName, TextPiece } from '../../wire/answer-observer.js';
import type { AttemptRecord } from '../../wire/attempt.js';
import type { Answer } from '../answer/answer.js';
import type { Channel } from '../answer/frame.js';
import type { AnswerObservers } from './answer-observers.js';
import type { AnswerFacts } from './ending.js';

/** An earlier version of the answer, which this one continues. */
export interface CarriedAnswer {
  readonly text: string;
  readonly reasoning: string;
  /** Who wrote it, and how it failed, if it did. */
  readonly provider?: string;
  readonly model?: string;
  readonly code?: ErrorCode;
}

/** Writes what the relay says into an answer's log, and tells the observers of its attempts. */
export class AnswerWriter {
  /** Why the provider that completed it stopped. */
  finish: CompletionFinish | undefined;
  #name: AnswerName;
  /** Monotonic time of the first token that readers got. */
  #firstTokenAt: number | undefined;
  #toCarry: CarriedAnswer | undefined;
  #pieces: TextPiece[] = [];
  /** What the observers are told once the answer is open. */
  #untold: (() => void)[] | undefined = [];

  constructor(
    private readonly answer: Answer,
    private readonly observers: AnswerObservers,
    private readonly carried: CarriedAnswer | undefined,
  ) {
    const { id, session } = answer.options;
    this.#name = { answerId: id, ...(session === undefined ? {} : { session }) };
    this.#toCarry = carried;
  }

  /** Its question is stored: observers are told of it, and of what happened meanwhile. */
  open(): void {
    // Readers see it only now.
    if (this.#firstTokenAt !== undefined) this.#firstTokenAt = performance.now();
    this.observers.opened({ ...this.#name, takeText: () => this.#pieces.splice(0) });
    this.#tellUntold();
  }

  /** Its question could not be stored: the attempts that were made meanwhile belong to an answer that is stored nowhere. */
  refuse(): void {
    this.#name = { answerId: this.#name.answerId };
    this.#tellUntold();
  }

  /** What the answer's end needs to know of it. */
  get facts(): AnswerFacts {
    const { carried } = this;
    return {
      ...this.#name,
      ...(carried === undefined ? {} : { carried }),
      ...(this.#firstTokenAt === undefined ? {} : { waitedMs: this.#firstTokenAt - this.answer.options.askedAt }),
    };
  }

  say(parts: readonly RelayPart[]): void {
    for (const part of parts) this.#take(part);
    this.answer.log.flush();
    if (this.#firstTokenAt === undefined && this.#spoke) this.#firstToken();
  }

  /** Sends readers the text that the answer continues, once: after the first provider's event, if there is one. */
  carry(): void {
    const carried = this.#toCarry;
    this.#toCarry = undefined;
    if (carried === undefined) return;
    const { log } = this.answer;
    if (carried.reasoning !== '') log.append('reasoning', carried.reasoning);
    log.append('text', carried.text);
    log.flush();
  }

  /** Whether a provider has said anything. */
  get #spoke(): boolean {
    const { text = '', reasoning = '' } = this.carried ?? {};
    return this.answer.log.length > text.length + reasoning.length;
  }

  #take(part: RelayPart): void {
    switch (part.type) {
      case 'text':
      case 'reasoning':
        this.#write(part.type, part.text);
        return;
      case 'tool-call':
        this.answer.attempts.heard('text');
        this.answer.log.toolCall(part);
        return;
      case 'attempt-started':
        this.#attemptStarted(part.attempt);
        return;
      case 'attempt-ended':
      case 'hedge-lost':
        this.#attemptEnded(part);
        return;
      case 'finish':
        this.finish = part.reason;
    }
  }

  #write(channel: Channel, text: string): void {
    const { attempts, isStored, log } = this.answer;
    attempts.heard(channel);
    const at = log[channel].length;
    log.append(channel, text);
    if (!isStored) return;
    const last = this.#pieces.at(-1);
    if (last?.channel === channel) last.text += text;
    else this.#pieces.push({ channel, at, text });
  }

  #firstToken(): void {
    const at = performance.now();
    this.#firstTokenAt = at;
    this.#tell(() => this.observers.firstToken(this.#name, at - this.answer.options.askedAt));
  }

  #attemptStarted(started: RelayedAttempt): void {
    const { log, attempts } = this.answer;
    const { provider, model, reason, from, fromCode } = started;
    const predecessor = {
      ...(from === undefined ? {} : { from }),
      ...(fromCode === undefined ? {} : { code: fromCode }),
    };
    if (isAnnounced(reason)) log.event({ type: 'provider', provider, model, reason, ...predecessor });
    this.carry();
    const attempt = this.#located(started);
    attempts.start(attempt);
    this.#tell(() => this.observers.attemptStarted({ ...this.#name, attempt }));
  }

  #attemptEnded({ type, attempt: ended, detail }: EndedAttempt): void {
    const { attempts } = this.answer;
    const attempt = type === 'hedge-lost' ? attempts.hedgeLost(this.#located(ended)) : attempts.end(ended);
    this.#tell(() =>
      this.observers.attemptEnded({ ...this.#name, attempt, ...(detail === undefined ? {} : { detail }) }),
    );
  }

  #located(attempt: RelayedAttempt): AttemptRecord {
    const { log } = this.answer;
    return { ...attempt, textFrom: log.text.length, reasoningFrom: log.reasoning.length };
  }

  #tellUntold(): void {
    const untold = this.#untold ?? [];
    this.#untold = undefined;
    for (const tell of untold) tell();
  }

  #tell(tell: () => void): void {
    if (this.#untold === undefined) tell();
    else this.#untold.push(tell);
  }
}
