import { Injectable } from '@nestjs/common';
import type { SessionKey } from '../../history/history-store.js';
import { ProblemException } from '../../http/problem.exception.js';
import { Metrics, type Counter } from '../../metrics/metrics.js';
import { answerRunning, RunningAnswers } from '../answering/running-answers.js';

/** Counts readers that come back to an answer, by its id or by the question's `Idempotency-Key`. */
@Injectable()
export class Resumes {
  readonly #ok: Counter;
  readonly #refused: Counter;

  constructor(
    private readonly running: RunningAnswers,
    metrics: Metrics,
  ) {
    this.#ok = metrics.counter('rondo_resumes_total', { result: 'ok' });
    this.#refused = metrics.counter('rondo_resumes_total', { result: 'refused' });
  }

  /** A reader came back. */
  attached(): void {
    this.#ok.add();
  }

  /** Counts whether `search` finds the answer. */
  async count<T>(search: Promise<T>): Promise<T> {
    try {
      const found = await search;
      this.attached();
      return found;
    } catch (error) {
      this.#refused.add();
      throw error;
    }
  }

  /**
   * Refuses a question with `Last-Event-ID`: its client comes back to an answer that no key names.
   * @throws ProblemException 409 `answer_running` with the id of what runs in the session, else 404
   */
  refuse(session: SessionKey | undefined): never {
    const running = session === undefined ? undefined : this.running.inSession(session);
    if (running !== undefined) throw answerRunning(running.id);
    const detail =
      'With Last-Event-ID a question is not asked again. Come back by GET /rr-chat/stream/{answer_id}, or by the ' +
      'Idempotency-Key that it was asked with; leave the header out to ask anew.';
    throw new ProblemException({ status: 404, code: 'not_found', detail });
  }
}
