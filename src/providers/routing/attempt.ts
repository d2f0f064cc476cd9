import { isAnnounced, type AttemptReason, type ErrorCode } from '../../wire/answer-event.js';
import type { ChatProvider } from '../chat-provider.js';
import type { CompletionFinish, CompletionPart, ReportedUsage } from '../completion.js';
import type { AttemptEnded, AttemptStarted, RelayPart } from './relay-part.js';

/** One try at one provider: passes its text on and keeps what is to be measured. */
export class Attempt {
  readonly startedAt = performance.now();
  /** Unix milliseconds. */
  readonly createdAt = Date.now();
  /** Readers got something of it. */
  heard = false;
  /** Called at its first token, shown or not. */
  onFirstToken: (() => void) | undefined;
  /** Its end was told. */
  closed = false;
  #reason: AttemptReason | undefined;
  #firstTokenAt: number | undefined;
  #usage: ReportedUsage | undefined;
  #finish: CompletionFinish | undefined;

  constructor(
    readonly n: number,
    readonly provider: ChatProvider,
    readonly model: string,
  ) {}

  get spoke(): boolean {
    return this.#firstTokenAt !== undefined;
  }

  /** The answer's record has it already. */
  get opened(): boolean {
    return this.#reason !== undefined;
  }

  /** Readers know who is asked: they were told so, or they got something of it. */
  get known(): boolean {
    return this.heard || (this.#reason !== undefined && isAnnounced(this.#reason));
  }

  /** The provider gave its finish reason. */
  get finished(): boolean {
    return this.#finish !== undefined;
  }

  get firstTokenMs(): number | undefined {
    return this.#firstTokenAt === undefined ? undefined : this.#firstTokenAt - this.startedAt;
  }

  get elapsedMs(): number {
    return performance.now() - this.startedAt;
  }

  /**
   * Of what the provider said, that which is shown; usage and finish are kept until {@link closing}.
   * @param hideReasoning an earlier attempt's reasoning was shown: this one's would contradict it
   */
  take(parts: readonly CompletionPart[], hideReasoning: boolean): RelayPart[] {
    const shown: RelayPart[] = [];
    for (const part of parts) this.#take(part, hideReasoning, shown);
    return shown;
  }

  /** That it began, and how it came to that. */
  opening(reason: AttemptReason, from: { provider?: string; code?: ErrorCode } = {}): AttemptStarted {
    this.#reason = reason;
    return {
      type: 'attempt-started',
      n: this.n,
      provider: this.provider.name,
      model: this.model,
      reason,
      ...(from.provider === undefined ? {} : { from: from.provider }),
      ...(from.code === undefined ? {} : { fromCode: from.code }),
      at: this.createdAt,
    };
  }

  /** How it ended: the attempt's record and, if the provider completed the answer, the finish. */
  closing(outcome: AttemptEnded['outcome'], code?: ErrorCode): RelayPart[] {
    this.closed = true;
    const ended: AttemptEnded = {
      type: 'attempt-ended',
      n: this.n,
      provider: this.provider.name,
      model: this.model,
      outcome,
      ...(code === undefined ? {} : { code }),
      ...(this.#usage === undefined ? {} : { usage: this.#usage }),
      durationMs: this.elapsedMs,
      ...(this.firstTokenMs === undefined ? {} : { timeToFirstTokenMs: this.firstTokenMs }),
      at: Date.now(),
    };
    return outcome === 'ok' ? [ended, { type: 'finish', reason: this.#finish ?? 'stop' }] : [ended];
  }

  #take(part: CompletionPart, hideReasoning: boolean, shown: RelayPart[]): void {
    switch (part.type) {
      case 'text':
      case 'reasoning':
      case 'tool-call':
        this.#spoke();
        if (part.type !== 'reasoning' || !hideReasoning) shown.push(part);
        return;
      case 'usage':
        this.#usage = part.usage;
        return;
      case 'finish':
        this.#finish = part.reason;
    }
  }

  #spoke(): void {
    if (this.#firstTokenAt !== undefined) return;
    this.#firstTokenAt = performance.now();
    this.onFirstToken?.();
  }
}
