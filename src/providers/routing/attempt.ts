import { isAnnounced, type AttemptReason, type ErrorCode } from '../../wire/answer-event.js';
import type { AttemptOutcome } from '../../wire/attempt.js';
import type { ChatProvider } from '../chat-provider.js';
import type { ChatCompletionRequest, CompletionFinish, CompletionPart, ReportedUsage } from '../completion.js';
import type { ProviderError } from '../provider-error.js';
import { reportedUsage } from '../tokens/models.js';
import type { EndedAttempt, RelayedAttempt, RelayPart } from './relay-part.js';
import type { Candidate } from './router.js';

/** How an attempt ended. */
export interface AttemptEnd {
  readonly outcome: AttemptOutcome;
  readonly code?: ErrorCode | undefined;
  /** Of one that failed. */
  readonly error?: ProviderError;
}

/** One try at one provider: passes its text on and keeps what is measured. */
export class Attempt {
  /** Monotonic milliseconds. */
  readonly startedAt = performance.now();
  /** Unix milliseconds. */
  readonly createdAt = Date.now();
  /** Readers got something of it. */
  heard = false;
  /** Called at its first token, shown or not. */
  onFirstToken: (() => void) | undefined;
  /** Its end was reported. */
  closed = false;
  #opening: Pick<RelayedAttempt, 'reason' | 'from' | 'fromCode'> | undefined;
  #firstTokenAt: number | undefined;
  #usage: ReportedUsage | undefined;
  #finish: CompletionFinish | undefined;

  constructor(
    readonly n: number,
    readonly candidate: Candidate,
    readonly request: ChatCompletionRequest,
  ) {}

  get provider(): ChatProvider {
    return this.candidate.provider;
  }

  /** Its start was reported. */
  get opened(): boolean {
    return this.#opening !== undefined;
  }

  /** Readers know who is asked: they were told so, or they got something of it. */
  get known(): boolean {
    return this.heard || (this.#opening !== undefined && isAnnounced(this.#opening.reason));
  }

  /** What the provider gave as the end of its answer; undefined before that. */
  get finish(): CompletionFinish | undefined {
    return this.#finish;
  }

  get spoke(): boolean {
    return this.#firstTokenAt !== undefined;
  }

  get firstTokenMs(): number | undefined {
    return this.#firstTokenAt === undefined ? undefined : this.#firstTokenAt - this.startedAt;
  }

  get elapsedMs(): number {
    return performance.now() - this.startedAt;
  }

  /**
   * Of what the provider said, that which is shown; usage and finish are kept.
   * @param hideReasoning an earlier attempt's reasoning was shown: this one's would contradict it
   */
  take(parts: readonly CompletionPart[], hideReasoning: boolean): RelayPart[] {
    const shown: RelayPart[] = [];
    for (const part of parts) {
      if (part.type === 'usage') this.#usage = part.usage;
      else if (part.type === 'finish') this.#finish = part.reason;
      else {
        this.#spoke();
        if (part.type !== 'reasoning' || !hideReasoning) shown.push(part);
      }
    }
    return shown;
  }

  /** That it started, and why. */
  open(reason: AttemptReason, from: { provider?: string; code?: ErrorCode } = {}): RelayPart {
    this.#opening = {
      reason,
      ...(from.provider === undefined ? {} : { from: from.provider }),
      ...(from.code === undefined ? {} : { fromCode: from.code }),
    };
    return { type: 'attempt-started', attempt: this.#record({ outcome: 'running' }) };
  }

  /** How it ended. */
  close({ outcome, code, error }: AttemptEnd, type: EndedAttempt['type'] = 'attempt-ended'): EndedAttempt {
    this.closed = true;
    const attempt = this.#record({
      outcome,
      ...(code === undefined ? {} : { code }),
      ...(this.#usage === undefined ? {} : { usage: reportedUsage(this.candidate.model, this.#usage) }),
      durationMs: this.elapsedMs,
      ...(this.firstTokenMs === undefined ? {} : { timeToFirstTokenMs: this.firstTokenMs }),
    });
    return { type, attempt, ...(error === undefined ? {} : { detail: error.message }) };
  }

  /** That it was asked beside the provider `late`, and how it ended. */
  lose(late: string, how: AttemptEnd): EndedAttempt {
    this.open('hedge', { provider: late });
    return this.close(how, 'hedge-lost');
  }

  #record(state: Partial<RelayedAttempt> & Pick<RelayedAttempt, 'outcome'>): RelayedAttempt {
    const { n, provider, candidate, createdAt: startedAt } = this;
    const opening = this.#opening ?? { reason: 'retry' };
    return { n, provider: provider.name, model: candidate.model, ...opening, startedAt, ...state };
  }

  #spoke(): void {
    if (this.#firstTokenAt !== undefined) return;
    this.#firstTokenAt = performance.now();
    this.onFirstToken?.();
  }
}
