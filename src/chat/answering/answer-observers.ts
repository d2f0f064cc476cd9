import type { Provider } from '@nestjs/common';
import { HistoryWriter } from '../../history/history-writer.js';
import { AttemptReport } from '../../providers/routing/attempt-report.js';
import type {
  AnswerEnd,
  AnswerName,
  AnswerObserver,
  ObservedAttempt,
  OpenedAnswer,
} from '../../wire/answer-observer.js';
import { LogObserver } from './log.observer.js';
import { MetricsObserver } from './metrics.observer.js';

/** Everybody who is told of answers. To add one: provide it in a module that ChatModule imports, and name it here. */
const OBSERVERS = [HistoryWriter, AttemptReport, MetricsObserver, LogObserver] as const;

/** Everybody who is told of answers, as one. Where one throws, the others are told all the same; then it is thrown. */
export class AnswerObservers {
  constructor(private readonly observers: readonly AnswerObserver[]) {}

  opened(answer: OpenedAnswer): void {
    this.#tell((observer) => observer.opened?.(answer));
  }

  attemptStarted(attempt: ObservedAttempt): void {
    this.#tell((observer) => observer.attemptStarted?.(attempt));
  }

  firstToken(answer: AnswerName, waitedMs: number): void {
    this.#tell((observer) => observer.firstToken?.(answer, waitedMs));
  }

  attemptEnded(attempt: ObservedAttempt): void {
    this.#tell((observer) => observer.attemptEnded?.(attempt));
  }

  ended(end: AnswerEnd): Promise<unknown> {
    return Promise.all(this.#tell((observer) => observer.ended?.(end)));
  }

  counted(end: AnswerEnd): Promise<unknown> {
    return Promise.all(this.#tell((observer) => observer.counted?.(end)));
  }

  #tell(tell: (observer: AnswerObserver) => unknown): unknown[] {
    const told: unknown[] = [];
    const faults: unknown[] = [];
    for (const observer of this.observers) {
      try {
        told.push(tell(observer));
      } catch (fault) {
        faults.push(fault);
      }
    }
    if (faults.length > 0) throw faults[0];
    return told;
  }
}

export const observersProviders: Provider[] = [
  MetricsObserver,
  LogObserver,
  {
    provide: AnswerObservers,
    inject: [...OBSERVERS],
    useFactory: (...observers: AnswerObserver[]) => new AnswerObservers(observers),
  },
];
