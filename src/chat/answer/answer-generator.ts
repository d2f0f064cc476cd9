import { Inject, Injectable, Logger } from '@nestjs/common';
import { setTimeout as delay } from 'node:timers/promises';
import { APP_CONFIG, type AppConfig } from '../../config/app-config.js';
import type { AnswerEnd } from '../../history/history-store.js';
import { HistoryWriter } from '../../history/history-writer.js';
import type { RelayPart } from '../../providers/routing/relay-part.js';
import { Relay, type RelayTask } from '../../providers/routing/relay.js';
import type { Usage } from '../../wire/answer-event.js';
import type { Answer } from './answer.js';
import { AnswerMetrics } from './answer-metrics.js';
import { AnswerUsage, totalUsage } from './answer-usage.js';
import { completed, endingOf, type Ending } from './ending.js';
import type { Place } from './places.js';
import { RunningAnswers } from './running-answers.js';

/** Whoever has seen `done` finds the answer in the history; but a database that is stuck holds nobody up for longer. */
const STORED_BEFORE_DONE_MS = 1_000;

/** `max_tokens` bounds answers long before; this holds against a provider that ignores it. */
const LONGEST_ANSWER_CHARS = 7 * 1024 * 1024;

/** Has an answer generated: relay → log, with the history as an observer, to its last event. */
@Injectable()
export class AnswerGenerator {
  readonly #logger = new Logger(AnswerGenerator.name);

  constructor(
    private readonly relay: Relay,
    private readonly running: RunningAnswers,
    private readonly usage: AnswerUsage,
    private readonly writer: HistoryWriter,
    private readonly metrics: AnswerMetrics,
    @Inject(APP_CONFIG) private readonly config: AppConfig,
  ) {}

  /**
   * Resolves when the answer has ended and is stored; never rejects.
   * @param opened the question is stored; where that fails, whoever asked is told so and nothing is left of the answer
   */
  async generate(
    answer: Answer,
    request: RelayTask['request'],
    pinned: string | undefined,
    place: Place,
    opened = Promise.resolve(),
  ): Promise<void> {
    const stored = answer.options.session !== undefined;
    const isOpen = opened.then(
      () => this.#opened(answer),
      () => this.#refused(answer),
    );
    const ending = await this.#relay(answer, {
      request,
      shown: answer.log,
      answerId: answer.id,
      say: (parts) => this.#say(answer, parts),
      ...(pinned === undefined ? {} : { pinned }),
      ...(answer.carried === undefined ? {} : { continues: answer.carried }),
    });
    if (!(await isOpen)) return;
    const end = await this.#conclude(answer, request, ending);
    const written = stored ? this.writer.finish(answer, end) : undefined;
    if (written) await Promise.race([written, delay(STORED_BEFORE_DONE_MS, undefined, { ref: false })]);
    this.running.ended(answer);
    place.release();
    answer.close({ type: 'done', finish_reason: ending.finishReason, message_id: answer.id });
    await written;
    this.running.stored(answer);
  }

  #opened(answer: Answer): true {
    if (answer.options.session !== undefined) this.writer.register(answer);
    // Nobody was shown anything before.
    if (answer.firstTokenAt !== undefined) answer.firstTokenAt = performance.now();
    return true;
  }

  #refused(answer: Answer): false {
    answer.stop('interrupted');
    return false;
  }

  async #relay(answer: Answer, task: RelayTask): Promise<Ending> {
    const timeout = setTimeout(() => answer.stop('answer_timeout'), this.config.chat.answerTimeoutMs);
    try {
      await this.relay.relay(task, answer.signal);
      return completed(answer.finish);
    } catch (thrown) {
      const ending = endingOf(thrown, answer);
      answer.refusedField = ending.field;
      if (ending.error?.code === 'internal') this.#logger.error({ answer_id: answer.id, err: thrown }, 'answer failed');
      return ending;
    } finally {
      clearTimeout(timeout);
    }
  }

  #say(answer: Answer, parts: readonly RelayPart[]): void {
    const { log } = answer;
    for (const part of parts) answer.take(part);
    log.flush();
    if (answer.spoke) answer.firstTokenAt ??= performance.now();
    if (log.length > LONGEST_ANSWER_CHARS) answer.stop('too_long');
  }

  /** Tells readers of an error at once, and of what was used as soon as that is known. */
  async #conclude(answer: Answer, request: RelayTask['request'], ending: Ending): Promise<AnswerEnd> {
    answer.carry();
    if (ending.error !== undefined) answer.log.close(ending.error);
    const attempts = await this.usage.perAttempt(answer, request);
    const usage = totalUsage(attempts);
    if (usage !== undefined) answer.log.close({ type: 'usage', ...usage });
    const end = endRecord(answer, ending, usage);
    answer.conclude(
      end,
      attempts.map(({ usage }) => usage),
    );
    this.metrics.ended(answer, ending, attempts);
    this.#log(answer, end);
    return end;
  }

  #log(answer: Answer, end: AnswerEnd): void {
    this.#logger.log(
      {
        answer_id: answer.id,
        provider: end.provider,
        model: end.model,
        outcome: end.status,
        code: end.error?.code,
        ttft_ms: end.timeToFirstTokenMs,
        duration_ms: end.durationMs,
        tokens: end.usage?.tokens,
        accurate: end.usage?.accurate,
      },
      'answer ended',
    );
  }
}

function endRecord(answer: Answer, { status, finishReason, error }: Ending, usage: Usage | undefined): AnswerEnd {
  const { log, firstTokenAt, options } = answer;
  const { provider, model } = answer.author;
  const { type: _, ...problem } = error ?? { type: 'error' };
  return {
    kind: 'answer-end',
    answerId: answer.id,
    status,
    finishReason,
    content: log.text,
    reasoning: log.reasoning,
    ...(provider === undefined ? {} : { provider }),
    ...(model === undefined ? {} : { model }),
    ...(usage === undefined ? {} : { usage }),
    ...('code' in problem ? { error: problem } : {}),
    ...(firstTokenAt === undefined ? {} : { timeToFirstTokenMs: Math.round(firstTokenAt - options.askedAt) }),
    durationMs: Math.round(performance.now() - options.askedAt),
    at: Date.now(),
  };
}
