import type { SessionKey } from '../../history/history-store.js';
import type { AnswerEnd } from '../../wire/answer-observer.js';
import { messageAttempt } from '../../wire/attempt.js';
import type { Message } from '../../wire/message.js';
import { AnswerAttempts } from './answer-attempts.js';
import { AnswerLife } from './answer-life.js';
import { AnswerLog } from './answer-log.js';
import { Audience, type AudienceOptions } from './audience.js';
import type { ReadableAnswer } from './readable-answer.js';

/** Why an answer was ended before its provider was done. */
export type StopReason = 'stopped' | 'interrupted' | 'answer_timeout' | 'too_long';

export interface AnswerOptions extends AudienceOptions {
  readonly id: string;
  /** Where it is stored. Absent: nowhere, nobody can come back to it. */
  readonly session?: SessionKey;
  /** Monotonic time at which the request arrived. */
  readonly askedAt: number;
}

/**
 * An answer that is generated in this process, for all who read or stop it. It is not tied to the request that asked for
 * it: readers come and go. What it says and how it ends is written by `answering/answer-run.ts` alone.
 */
export class Answer implements ReadableAnswer {
  readonly log = new AnswerLog();
  readonly attempts = new AnswerAttempts();
  readonly life = new AnswerLife();
  /** Unix milliseconds. */
  readonly createdAt = Date.now();
  /** Of an error `invalid_request`: the field that no provider takes, where that is known. */
  refusedField: string | undefined;
  readonly #abort = new AbortController();
  readonly #audience: Audience;

  constructor(readonly options: AnswerOptions) {
    this.#audience = new Audience(options, () => this.stop('interrupted'));
  }

  get id(): string {
    return this.options.id;
  }

  get isStored(): boolean {
    return this.options.session !== undefined;
  }

  get ended(): Promise<void> {
    return this.life.over;
  }

  /** Aborts with a {@link StopReason} when the answer is to end early. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  stop(reason: StopReason): void {
    this.dismissReaders();
    this.#abort.abort(reason);
  }

  enter(): void {
    this.#audience.enter();
  }

  /** A reader who entered reads no more. */
  leave(): void {
    this.#audience.leave();
  }

  /** Whether its readers leave it within `ms`, so that the next question of its session may stop it. */
  isLeft(ms: number): Promise<boolean> {
    return this.#audience.left(ms);
  }

  /** It waits for readers no longer. */
  dismissReaders(): void {
    this.#audience.dismiss();
  }

  /** @throws Error before the answer is concluded */
  message(): Message {
    const { end } = this.life;
    if (end === undefined) throw new Error('the answer has not ended');
    return messageOf(end, this.createdAt);
  }
}

/** An answer that has just ended, in the shape in which the history tells it. */
function messageOf(end: AnswerEnd, createdAt: number): Message {
  const { usage, timeToFirstTokenMs } = end;
  return {
    id: end.answerId,
    role: 'assistant',
    content: end.content,
    created_at: new Date(createdAt).toISOString(),
    status: end.status,
    ...(end.reasoning === '' ? {} : { reasoning: end.reasoning }),
    ...(end.provider === undefined ? {} : { provider: end.provider }),
    ...(end.model === undefined ? {} : { model: end.model }),
    ...(usage === undefined
      ? {}
      : {
          tokens: usage.tokens,
          accurate: usage.accurate,
          prompt_tokens: usage.prompt_tokens,
          completion_tokens: usage.completion_tokens,
        }),
    finish_reason: end.finishReason,
    ...(end.error === undefined ? {} : { error: end.error }),
    ...(timeToFirstTokenMs === undefined ? {} : { time_to_first_token_ms: Math.round(timeToFirstTokenMs) }),
    duration_ms: Math.round(end.durationMs),
    attempts: end.attempts.map(messageAttempt),
  };
}
