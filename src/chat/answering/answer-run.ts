import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { APP_CONFIG, type AppConfig } from '../../config/app-config.js';
import { WorkBudget } from '../../http/work-budget.js';
import type { Caller } from '../../identity/caller.js';
import { Lifecycle } from '../../lifecycle/lifecycle.js';
import type { ChatCompletionRequest } from '../../providers/completion.js';
import { Relay } from '../../providers/routing/relay.js';
import type { RelayPart } from '../../providers/routing/relay-part.js';
import type { Usage } from '../../wire/answer-event.js';
import type { Answer } from '../answer/answer.js';
import type { ConcludedAnswer, OpeningAnswer, RunningAnswer } from '../answer/answer-phases.js';
import { AnswerObservers } from './answer-observers.js';
import { AnswerUsage, totalUsage } from './answer-usage.js';
import { AnswerWriter, type CarriedAnswer } from './answer-writer.js';
import { answerEnd, completed, endingOf, internalFault, type Ending } from './ending.js';
import type { Claim } from './running-answers.js';

/** A reader who has seen `done` finds the answer in the history; but a stuck database delays it no longer than this. */
const RECORDED_BEFORE_DONE_MS = 1_000;

/** `max_tokens` bounds answers long before; this holds against a provider that ignores it. */
const LONGEST_ANSWER_CHARS = 7 * 1024 * 1024;

/** An answer to generate. */
export interface AnswerTask {
  readonly caller: Caller;
  readonly opening: OpeningAnswer;
  readonly request: ChatCompletionRequest;
  /** Only this provider. */
  readonly pinned?: string;
  readonly carried?: CarriedAnswer;
  /** Settles when the question is stored, or could not be: then nothing is left of the answer. */
  readonly stored: Promise<void>;
  readonly claim: Claim;
  /** What else the answer holds until its last event. */
  readonly taken: DisposableStack;
}

/** Generates answers. */
@Injectable()
export class AnswerRunner {
  constructor(
    readonly relay: Relay,
    readonly observers: AnswerObservers,
    readonly usage: AnswerUsage,
    readonly lifecycle: Lifecycle,
    readonly budget: WorkBudget,
    @Inject(APP_CONFIG) readonly config: AppConfig,
  ) {}

  /** Resolves when the answer is closed and recorded, or refused. Never rejects: a fault of our own ends it as `internal`. */
  run(task: AnswerTask): Promise<void> {
    return new AnswerRun(task, this).toEnd();
  }
}

/** One answer from its first attempt to its last event: relay → log, with observers beside. */
class AnswerRun {
  static readonly #logger = new Logger('Answers');
  readonly #answer: Answer;
  readonly #writer: AnswerWriter;
  #isStored = false;
  #running: RunningAnswer | undefined;
  #concluded: ConcludedAnswer | undefined;
  /** What the observers were told of its end. */
  #told: 'nothing' | 'ended' | 'counted' = 'nothing';
  /** Resolves when the observers have recorded that. */
  #recorded: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly task: AnswerTask,
    private readonly parts: AnswerRunner,
  ) {
    this.#answer = task.opening.answer;
    this.#writer = new AnswerWriter(this.#answer, parts.observers, task.carried);
  }

  async toEnd(): Promise<void> {
    const { taken, claim } = this.task;
    try {
      await this.#toEnd();
    } catch (fault) {
      tryStep(() => this.#log(fault));
      this.#endAfterFault();
    } finally {
      await this.#recorded.catch(() => undefined);
      tryStep(() => taken.dispose());
      tryStep(() => claim.release());
    }
  }

  async #toEnd(): Promise<void> {
    const started = this.#start();
    started.catch(() => this.#answer.stop('interrupted'));
    const ending = await this.#relay();
    if (!(await started)) return this.#writer.refuse();
    this.#conclude(ending);
    await this.#close();
  }

  /** False where the question could not be stored. */
  async #start(): Promise<boolean> {
    this.#isStored = await this.task.stored.then(
      () => true,
      () => false,
    );
    if (!this.#isStored) return false;
    this.#running = this.task.opening.start();
    this.#writer.open();
    return true;
  }

  async #relay(): Promise<Ending> {
    const { task, parts } = this;
    const answer = this.#answer;
    const timeout = setTimeout(() => answer.stop('answer_timeout'), parts.config.chat.answerTimeoutMs);
    const relayed = {
      request: task.request,
      caller: task.caller,
      shown: answer.log,
      answerId: answer.id,
      closing: parts.lifecycle.signal,
      say: (said: readonly RelayPart[]) => this.#say(said),
      ...(task.pinned === undefined ? {} : { pinned: task.pinned }),
      ...(task.carried === undefined ? {} : { continues: task.carried }),
    };
    try {
      await parts.relay.relay(relayed, answer.signal);
      return completed(this.#writer.finish);
    } catch (thrown) {
      const ending = endingOf(thrown, answer.signal);
      if (ending.error?.code === 'internal') this.#log(thrown);
      return ending;
    } finally {
      clearTimeout(timeout);
    }
  }

  #say(said: readonly RelayPart[]): void {
    this.#writer.say(said);
    const { log } = this.#answer;
    if (log.length > LONGEST_ANSWER_CHARS || this.parts.budget.isTooLong(log)) this.#answer.stop('too_long');
  }

  /** Tells readers of an error, and the observers how it ended. What was used may have to be counted yet. */
  #conclude(ending: Ending): void {
    const answer = this.#answer;
    this.#writer.carry();
    if (ending.error !== undefined) answer.log.close(ending.error);
    answer.refusedField = ending.field;
    const { usage } = this.parts;
    this.#record(ending, usage.isKnown(answer) ? totalUsage(answer.attempts.records) : undefined);
  }

  #record(ending: Ending, usage: Usage | undefined = this.#answer.log.usage): void {
    const end = answerEnd(this.#answer, ending, { ...this.#writer.facts, ...(usage === undefined ? {} : { usage }) });
    if (this.#concluded === undefined) this.#concluded = this.#running?.conclude(end);
    else this.#concluded.replaceEnd(end);
    const recorded = this.parts.observers.ended(end);
    this.#told = 'ended';
    this.#recorded = recorded;
    // It is awaited once tokens are counted; a rejection before that must not end the process.
    recorded.catch(() => undefined);
  }

  /**
   * Counts what was used, for which only the readers wait: a process that dies meanwhile leaves the answer as it ended.
   * Then the answer gives back what it took, and its last event goes out.
   */
  async #close(): Promise<void> {
    const concluded = this.#concluded;
    if (concluded === undefined) return;
    const { claim, taken } = this.task;
    const deadline = delay(RECORDED_BEFORE_DONE_MS, undefined, { ref: false });
    const sessionFree = Promise.race([this.#recorded, deadline]).then(() => claim.freeSession());
    sessionFree.catch(() => undefined);
    await this.#count(concluded);
    this.#recorded = Promise.all([this.#recorded, this.#tellCounted(concluded)]);
    await Promise.race([Promise.all([sessionFree, this.#recorded]), deadline]);
    claim.end();
    taken.dispose();
    concluded.close();
  }

  async #count(concluded: ConcludedAnswer): Promise<void> {
    const answer = this.#answer;
    const { usage } = this.parts;
    if (!usage.isKnown(answer)) await usage.count(answer, this.task.request);
    const total = totalUsage(answer.attempts.records);
    if (total !== undefined) concluded.count(total);
  }

  #tellCounted({ end }: ConcludedAnswer): Promise<unknown> {
    this.#told = 'counted';
    return this.parts.observers.counted(end);
  }

  /**
   * A fault of our own left it without an end: readers and observers are told one. Any step may be what is broken, so
   * none keeps the next one from being taken. An end that was told stands, and an error that readers know of.
   */
  #endAfterFault(): void {
    const { log, life } = this.#answer;
    const { claim, taken } = this.task;
    if (!this.#isStored || life.state === 'closed') return;
    if (this.#running === undefined) tryStep(() => (this.#running = this.task.opening.start()));
    const ending = internalFault(log.error);
    if (this.#told === 'nothing') {
      if (log.error === undefined && log.usage === undefined) tryStep(() => log.close(ending.error));
      tryStep(() => this.#record(ending));
    }
    const concluded = this.#concluded;
    if (concluded === undefined) return;
    if (this.#told !== 'counted')
      tryStep(() => (this.#recorded = Promise.all([this.#recorded, this.#tellCounted(concluded)])));
    tryStep(() => claim.end());
    tryStep(() => taken.dispose());
    tryStep(() => concluded.close());
    // Whoever waits for its end waits no longer, even where its last event could not be sent.
    if (!log.ended) tryStep(() => life.enter('closed'));
  }

  #log(fault: unknown): void {
    AnswerRun.#logger.error({ answer_id: this.#answer.id, err: fault }, 'answer failed');
  }
}

/** A step of ending an answer after a fault, which is logged already. */
function tryStep(step: () => unknown): void {
  try {
    step();
  } catch {
    // The next step is taken all the same.
  }
}
