import { Inject, Injectable } from '@nestjs/common';
import { APP_CONFIG, type AppConfig } from '../../config/app-config.js';
import { Metrics } from '../../metrics/metrics.js';
import { providerLabel } from '../../metrics/names.js';
import { ProviderError } from '../provider-error.js';
import { ContextTrimmer } from '../tokens/context-trimmer.js';
import type { Attempt, AttemptEnd } from './attempt.js';
import { Attempts } from './attempts.js';
import { ProviderTracker } from './provider-tracker.js';
import type { RelayPart } from './relay-part.js';
import type { RelayRun } from './relay-task.js';
import { notSlowerThan } from './throughput-guard.js';
import type { Failure } from './verdict.js';

/** Asks one provider at a time: sends the request, passes the parts on, tells the tracker. */
@Injectable()
export class AttemptRunner extends Attempts {
  constructor(
    private readonly tracker: ProviderTracker,
    private readonly trimmer: ContextTrimmer,
    private readonly metrics: Metrics,
    @Inject(APP_CONFIG) private readonly config: AppConfig,
  ) {
    super();
  }

  override run(attempt: Attempt, run: RelayRun): Promise<boolean> {
    // What the answer continues is shown with its first attempt, before that is made. In later rounds readers are told
    // only of whoever speaks.
    if (!run.trail.laterRound || run.trail.last === undefined) this.open(attempt, run);
    return this.follow(attempt, this.parts(attempt, run, run.signal), run);
  }

  /**
   * Reports that the attempt started, unless that was done. The first one is `selected`, or continues another answer; any
   * other follows a failure.
   */
  open(attempt: Attempt, { trail, task }: RelayRun): void {
    if (attempt.opened) return;
    const { shown, continues } = task;
    const previous = trail.lastKnown;
    if (previous === undefined)
      return task.say([continues === undefined ? attempt.open('selected') : attempt.open('continued', continues)]);
    const from = { provider: previous.attempt.provider.name, code: previous.error.code };
    if (previous.attempt.provider === attempt.provider) return task.say([attempt.open('retry', from)]);
    this.#countFailover(previous, attempt);
    task.say([attempt.open(shown.text === '' ? 'failover' : 'continued', from)]);
  }

  /** What the attempt says that is to be shown. The request is sent at the first read. */
  parts(attempt: Attempt, run: RelayRun, signal: AbortSignal): AsyncGenerator<RelayPart[]> {
    const { minTokensPerSecond } = this.config.relay;
    const parts = this.#ask(attempt, run, signal);
    if (minTokensPerSecond === 0) return parts;
    return notSlowerThan(minTokensPerSecond, parts, () => attempt.finish !== undefined);
  }

  /**
   * Passes `parts` on to the attempt's end. One that was not reported yet is reported with its first words; where it fails
   * without any, readers are not told of it.
   */
  async follow(attempt: Attempt, parts: AsyncGenerator<RelayPart[]>, run: RelayRun): Promise<boolean> {
    try {
      const failure = await this.#pass(attempt, parts, run);
      if (failure !== undefined) {
        run.task.say(closing(attempt, this.fail(attempt, run, failure.thrown)));
        run.signal.throwIfAborted();
        return false;
      }
      this.tracker.succeeded(attempt.provider.name, attempt.startedAt);
      this.open(attempt, run);
      run.task.say([attempt.close({ outcome: 'ok' }), { type: 'finish', reason: attempt.finish ?? 'stop' }]);
      return true;
    } catch (fault) {
      if (!run.signal.aborted && !attempt.closed) this.#giveUp(attempt, run);
      throw fault;
    }
  }

  /**
   * Holds a failure against the provider. What failed because the answer was ended early is no failure.
   * @throws `thrown` where it is a fault of our own: it is held against nobody
   */
  fail(attempt: Attempt, run: RelayRun, thrown: unknown): AttemptEnd {
    if (run.signal.aborted) return cancelled(run);
    if (!(thrown instanceof ProviderError)) throw thrown;
    this.tracker.failed(attempt.provider.name, thrown, attempt.startedAt);
    run.trail.failed({ error: thrown, attempt });
    return { outcome: 'failed', code: thrown.code, error: thrown };
  }

  #countFailover({ attempt: failed, error }: Failure, next: Attempt): void {
    const labels = { from: providerLabel(failed.provider.name), to: providerLabel(next.provider.name) };
    const phase = failed.spoke ? 'mid_answer' : error.notConnected ? 'connect' : 'first_token';
    this.metrics.counter('rondo_failovers_total', { ...labels, phase }).add();
  }

  /** To the end of what the provider says, or to its failure. What `say` throws is not the provider's. */
  async #pass(
    attempt: Attempt,
    parts: AsyncGenerator<RelayPart[]>,
    run: RelayRun,
  ): Promise<{ thrown: unknown } | undefined> {
    try {
      for (;;) {
        const next = await parts.next().catch((thrown: unknown) => ({ thrown }));
        if ('thrown' in next) return next;
        if (next.done === true) return undefined;
        this.open(attempt, run);
        attempt.heard = true;
        run.task.say(next.value);
      }
    } finally {
      await parts.return(undefined);
    }
  }

  /** A fault of our own ends the answer: no attempt may seem to run for ever. */
  #giveUp(attempt: Attempt, run: RelayRun): void {
    try {
      run.task.say(closing(attempt, { outcome: 'cancelled', code: 'internal' }));
    } catch {
      // Whoever listens is broken; the fault that ends the answer is on its way.
    }
  }

  async *#ask(attempt: Attempt, { task }: RelayRun, signal: AbortSignal): AsyncGenerator<RelayPart[]> {
    const { request, provider, candidate } = attempt;
    const { shown } = task;
    const hideReasoning = shown.reasoning !== '';
    const partial = (request.partial ?? '') + shown.text;
    const whole = partial === '' ? request : { ...request, partial };
    const messages = request.options ? request.messages : await this.trimmer.trim(whole, provider, candidate.model);
    const said = provider.chatCompletionStream({ ...whole, messages }, signal);
    for await (const parts of said) {
      const toShow = attempt.take(parts, hideReasoning);
      if (toShow.length > 0) yield toShow;
    }
  }
}

/** Its end; one that readers were not told of enters the record only now. */
function closing(attempt: Attempt, how: AttemptEnd): RelayPart[] {
  const opening = attempt.opened ? [] : [attempt.open('retry')];
  return [...opening, attempt.close(how)];
}

/** Ended by us: the answer was, for a reason that may be a code of its own, or another provider was faster. */
export function cancelled({ signal }: RelayRun): AttemptEnd {
  const reason: unknown = signal.reason;
  return { outcome: 'cancelled', code: reason === 'answer_timeout' || reason === 'interrupted' ? reason : undefined };
}
