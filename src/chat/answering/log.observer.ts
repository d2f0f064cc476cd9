import { Injectable, Logger } from '@nestjs/common';
import type { AnswerEnd, AnswerObserver } from '../../wire/answer-observer.js';

/** One log line per answer. */
@Injectable()
export class LogObserver implements AnswerObserver {
  readonly #logger = new Logger('Answers');

  counted({ answerId, provider, model, status, error, timeToFirstTokenMs, durationMs, usage }: AnswerEnd): void {
    this.#logger.log(
      {
        answer_id: answerId,
        provider,
        model,
        outcome: status,
        code: error?.code,
        ttft_ms: timeToFirstTokenMs === undefined ? undefined : Math.round(timeToFirstTokenMs),
        duration_ms: Math.round(durationMs),
        tokens: usage?.tokens,
        accurate: usage?.accurate,
      },
      'answer ended',
    );
  }
}
