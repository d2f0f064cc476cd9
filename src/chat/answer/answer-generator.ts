import { Inject, Injectable, Logger } from '@nestjs/common';
import { setTimeout as delay } from 'node:timers/promises';
import { APP_CONFIG, type AppConfig } from '../../config/app-config.js';
import { HistoryWriter } from '../../history/history-writer.js';
import { WorkBudget } from '../../http/work-budget.js';
import { Draining } from '../../lifecycle/draining.js';
import type { RelayPart } from '../../providers/routing/relay-part.js';
import { Relay, type RelayTask } from '../../providers/routing/relay.js';
import type { Usage } from '../../wire/answer-event.js';
import type { AnswerEnd } from '../../wire/answer-observer.js';
import type { Answer } from './answer.js';
import { AnswerMetrics } from './answer-metrics.js';
import { AnswerRescue } from './answer-rescue.js';
import { AnswerUsage, totalUsage } from './answer-usage.js';
import { endRecord } from './end-record.js';
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
    private readonly rescue: AnswerRescue,
    private readonly draining: Draining,
    private readonly budget: WorkBudget,
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
    try {
      await this.#generate(answer, request, pinned, place, opened);
    } catch (fault) {
      await this.rescue.end(answer, place, fault);
    }
  }

  async #generate(
    answer: Answer,
    request: RelayTask['request'],
    pinned: string | undefined,
    place: Place,
    opened: Promise<void>,
  ): Promise<void> {
    const isOpen = opened.then(
      () => this.#opened(answer),
      () => this.#refused(answer),
    );
    isOpen.catch(() => answer.stop('interrupted'));
    const ending = await this.#relay(answer, {
      request,
      shown: answer.log,
      answerId: answer.id,
      closing: this.draining.signal,
      say: (parts) => this.#say(answer, parts),
      ...(pinned === undefined ? {} : { pinned }),
      ...(answer.carried === undefined ? {} : { continues: answer.carried }),
    });
    if (!(await isOpen)) return;
    await this.#end(answer, request, ending, place);
  }

  #opened(answer: Answer): true {
    this.writer.opened(answer);
    for (const { record } of answer.attempts) this.writer.attemptStarted({ answerId: answer.id, attempt: record });
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
    for (const part of parts) {
      answer.take(part);
      if (part.type !== 'attempt-started' && part.type !== 'attempt-ended') continue;
      const attempt = answer.attempts.find(({ record }) => record.n === part.n)?.record;
      if (attempt !== undefined) this.writer.attemptEnded({ answerId: answer.id, attempt });
    }
    log.flush();
    if (answer.spoke) answer.firstTokenAt ??= performance.now();
    if (log.length > LONGEST_ANSWER_CHARS || this.budget.isTooLong(log)) answer.stop('too_long');
  }

  /**
   * Tells readers how it ended, and the history at once; then what was used, for which nobody waits but the readers. A
   * process that dies while tokens are counted leaves the answer as it ended.
   */
  async #end(answer: Answer, request: RelayTask['request'], ending: Ending, place: Place): Promise<void> {
    const deadline = delay(STORED_BEFORE_DONE_MS, undefined, { ref: false });
    answer.carry();
    if (ending.error !== undefined) answer.log.close(ending.error);
    const known = this.usage.known(answer);
    const end = endRecord(answer, ending, known && totalUsage(known));
    answer.conclude(end);
    const written = this.writer.ended(end);
    answer.recorded = end;
    const settled = Promise.race([written, deadline]).then(() => this.running.settled(answer));
    // Looked at below, but tokens are counted first: nothing else may end the process meanwhile.
    settled.catch(() => undefined);
    const attempts = known ?? (await this.usage.count(answer, request));
    const usage = totalUsage(attempts);
    if (usage !== undefined) answer.log.close({ type: 'usage', ...usage });
    if (!known)
      attempts.forEach(({ usage: used }, n) =>
        Object.assign(answer.attempts[n]?.record ?? {}, used && { usage: used }),
      );
    const counted = usage === undefined ? end : { ...end, usage };
    if (!known) answer.conclude(counted);
    const added = this.writer.counted(counted);
    this.metrics.ended(answer, ending, attempts);
    this.#log(answer, end, usage);
    await Promise.race([Promise.all([settled, added]), deadline]);
    this.running.ended(answer);
    place.release();
    answer.close({ type: 'done', finish_reason: ending.finishReason, message_id: answer.id });
    await Promise.all([written, added]);
    this.running.stored(answer);
  }

  #log(answer: Answer, end: AnswerEnd, usage: Usage | undefined): void {
    this.#logger.log(
      {
        answer_id: answer.id,
        provider: end.provider,
        model: end.model,
        outcome: end.status,
        code: end.error?.code,
        ttft_ms: end.timeToFirstTokenMs,
        duration_ms: end.durationMs,
        tokens: usage?.tokens,
        accurate: usage?.accurate,
      },
      'answer ended',
    );
  }
}
