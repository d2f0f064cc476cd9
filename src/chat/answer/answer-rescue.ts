import { Injectable, Logger } from '@nestjs/common';
import { HistoryWriter } from '../../history/history-writer.js';
import type { Answer } from './answer.js';
import { AnswerMetrics } from './answer-metrics.js';
import { endRecord } from './end-record.js';
import { internalFault } from './ending.js';
import type { Place } from './places.js';
import { RunningAnswers } from './running-answers.js';

/**
 * Ends an answer that a fault of our own has left without an end: readers, history, session and place get what they wait
 * for. Any step may be what is broken, so none keeps the next one from being taken.
 */
@Injectable()
export class AnswerRescue {
  readonly #logger = new Logger(AnswerRescue.name);

  constructor(
    private readonly running: RunningAnswers,
    private readonly writer: HistoryWriter,
    private readonly metrics: AnswerMetrics,
  ) {}

  /** Resolves when what can be done is done; never rejects. */
  async end(answer: Answer, place: Place, fault: unknown): Promise<void> {
    this.#try(() => this.#logger.error({ answer_id: answer.id, err: fault }, 'answer could not be ended'));
    this.#try(() => place.release());
    const written = answer.log.ended ? undefined : this.#try(() => this.#tellEnd(answer));
    this.#try(() => this.running.ended(answer));
    await written;
    this.#try(() => this.running.stored(answer));
  }

  /** An end that was recorded, or an error that readers were told, stands. No error follows the usage. */
  #tellEnd(answer: Answer): Promise<void> | undefined {
    const written = answer.recorded === undefined ? this.#recordFault(answer) : undefined;
    const finishReason = answer.recorded?.finishReason ?? 'error';
    this.#try(() => answer.close({ type: 'done', finish_reason: finishReason, message_id: answer.id }));
    return written;
  }

  #recordFault(answer: Answer): Promise<void> | undefined {
    const { log } = answer;
    const ending = internalFault(log.error);
    const end = endRecord(answer, ending, log.usage);
    if (log.error === undefined && log.usage === undefined) this.#try(() => log.close(ending.error));
    this.#try(() => answer.conclude(end));
    this.#try(() => this.metrics.ended(answer, ending, []));
    return this.#try(() => this.writer.ended(end));
  }

  #try<T>(step: () => T): T | undefined {
    try {
      return step();
    } catch {
      // The fault that led here is logged.
      return undefined;
    }
  }
}
