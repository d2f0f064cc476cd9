import { isAnnounced, type AttemptReason, type ErrorCode } from '../../wire/answer-event.js';
import type { ChatProvider } from '../chat-provider.js';
import type { ChatCompletionRequest, CompletionFinish, CompletionPart, ReportedUsage } from '../completion.js';
import type { ProviderError } from '../provider-error.js';
import { actualUsage } from '../tokens/models.js';
import type { AttemptEnded, AttemptStarted, FailoverPhase, HedgeLost, RelayPart } from './relay-part.js';
import type { Candidate } from './router.js';

/** How an attempt ended. */
export interface AttemptOutcome {
  readonly outcome: AttemptEnded['outcome'];
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
  #reason: AttemptReason | undefined;
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
    return this.#reason !== undefined;
  }

  /** Readers know who is asked: they were told so, or they got something of it. */
  get known(): boolean {
    return this.heard || (this.#reason !== undefined && isAnnounced(this.#reason));
  }

  /** What the provider gave as the end of its answer; undefined before that. */
  get finish(): CompletionFinish | undefined {
    return this.#finish;
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
  open(reason: AttemptReason, from: { provider?: string; code?: ErrorCode } = {}): AttemptStarted {
    this.#reason = reason;
    return {
      type: 'attempt-started',
      ...this.#who(),
      reason,
      ...(from.provider === undefined ? {} : { from: from.provider }),
      ...(from.code === undefined ? {} : { fromCode: from.code }),
      at: this.createdAt,
    };
  }

  /** How it ended. */
  close(how: AttemptOutcome): AttemptEnded {
    return { type: 'attempt-ended', ...this.#end(how) };
  }

  /** That it was asked beside a late provider, and lost to it. */
  lose(from: string, how: AttemptOutcome): HedgeLost {
    return { type: 'hedge-lost', from, startedAt: this.createdAt, ...this.#end(how) };
  }

  phaseOf(error: ProviderError): FailoverPhase {
    if (this.#firstTokenAt !== undefined) return 'mid_answer';
    return error.notConnected ? 'connect' : 'first_token';
  }

  #who() {
    return { n: this.n, provider: this.provider.name, model: this.candidate.model };
  }

  #end({ outcome, code }: AttemptOutcome): Omit<AttemptEnded, 'type'> {
    this.closed = true;
    return {
      ...this.#who(),
      outcome,
      ...(code === undefined ? {} : { code }),
      ...(this.#usage === undefined ? {} : { usage: actualUsage(this.candidate.model, this.#usage) }),
      durationMs: this.elapsedMs,
      ...(this.firstTokenMs === undefined ? {} : { timeToFirstTokenMs: this.firstTokenMs }),
      at: Date.now(),
    };
  }

  #spoke(): void {
    if (this.#firstTokenAt !== undefined) return;
    this.#firstTokenAt = performance.now();
    this.onFirstToken?.();
  }
}
