import { Inject, Injectable, Logger } from '@nestjs/common';
import { APP_CONFIG, type AppConfig } from '../../config/app-config.js';
import type { ErrorCode } from '../../wire/answer-event.js';
import type { ChatProvider } from '../chat-provider.js';
import { ProviderError } from '../provider-error.js';
import { ContextTrimmer } from '../tokens/context-trimmer.js';
import { AttemptMetrics, type FailoverPhase } from './attempt-metrics.js';
import { Attempt } from './attempt.js';
import { ProviderTracker } from './provider-tracker.js';
import type { AttemptEnded, AttemptStarted, RelayPart } from './relay-part.js';
import type { RelayRun } from './relay-run.js';
import { notSlowerThan } from './throughput-guard.js';

/** Makes single attempts: sends the request, passes the parts on, and has the outcome counted, logged and remembered. */
@Injectable()
export class AttemptRunner {
  readonly #logger = new Logger('Relay');

  constructor(
    private readonly tracker: ProviderTracker,
    private readonly trimmer: ContextTrimmer,
    private readonly metrics: AttemptMetrics,
    @Inject(APP_CONFIG) private readonly config: AppConfig,
  ) {}

  begin(provider: ChatProvider, { request, trail }: RelayRun): Attempt {
    return new Attempt(trail.number(), provider, request.model ?? provider.model);
  }

  /** The first attempt is `selected`, or goes on with another answer; any other follows the failure of the one before. */
  started(attempt: Attempt, { trail, shown, continues }: RelayRun): AttemptStarted {
    const previous = trail.lastKnown;
    if (previous === undefined)
      return continues === undefined ? attempt.opening('selected') : attempt.opening('continued', continues);
    const from = { provider: previous.provider.name, code: previous.error.code };
    if (previous.provider === attempt.provider) return attempt.opening('retry', from);
    this.metrics.handedOver(from.provider, attempt.provider.name, phaseOf(previous.attempt, previous.error));
    return attempt.opening(shown.text === '' ? 'failover' : 'continued', from);
  }

  /** What the attempt says that is to be shown. Sends the request when first read; what was shown is to be continued. */
  parts(attempt: Attempt, run: RelayRun, signal: AbortSignal): AsyncGenerator<RelayPart[]> {
    const { minTokensPerSecond } = this.config.relay;
    const parts = this.#ask(attempt, run, signal);
    return minTokensPerSecond > 0 ? notSlowerThan(minTokensPerSecond, parts, () => attempt.finished) : parts;
  }

  /**
   * Passes `parts` on to the attempt's end. True: the answer is complete. An attempt that the answer's record does not have
   * yet enters it with its first words; where it fails without any, readers are not told of it.
   * @throws what is not the provider's failure: a fault of our own
   */
  async run(attempt: Attempt, parts: AsyncGenerator<RelayPart[]>, run: RelayRun): Promise<boolean> {
    try {
      const failure = await this.#pass(attempt, parts, run);
      if (failure !== undefined) {
        const failed = this.failed(attempt, run, failure.thrown);
        run.say(attempt.opened ? failed : [attempt.opening('retry'), ...failed]);
        run.signal.throwIfAborted();
        return false;
      }
      this.tracker.succeeded(attempt.provider.name, attempt.startedAt);
      this.#enter(attempt, run);
      run.say(this.#closing(attempt, run, 'ok'));
      return true;
    } catch (fault) {
      if (!run.signal.aborted && !attempt.closed) this.#giveUp(attempt, run);
      throw fault;
    }
  }

  /**
   * Records a failure; what failed because the answer was ended early is no failure.
   * @throws `thrown` where it is a fault of our own: it is held against nobody
   */
  failed(attempt: Attempt, run: RelayRun, thrown: unknown): RelayPart[] {
    if (run.signal.aborted) return this.cancelled(attempt, run);
    if (!(thrown instanceof ProviderError)) throw thrown;
    this.tracker.failed(attempt.provider.name, thrown, attempt.startedAt);
    run.trail.failed({ provider: attempt.provider, error: thrown, attempt });
    return this.#closing(attempt, run, 'failed', thrown.code, thrown);
  }

  /** Ended by us: the answer was, for a reason that may be a code of its own, or another provider was faster. */
  cancelled(attempt: Attempt, run: RelayRun): RelayPart[] {
    const reason: unknown = run.signal.reason;
    const code = reason === 'answer_timeout' || reason === 'interrupted' ? reason : undefined;
    return this.#closing(attempt, run, 'cancelled', code);
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
        this.#enter(attempt, run);
        attempt.heard = true;
        run.say(next.value);
      }
    } finally {
      await parts.return(undefined);
    }
  }

  #enter(attempt: Attempt, run: RelayRun): void {
    if (!attempt.opened) run.say([this.started(attempt, run)]);
  }

  /** The answer ends by a fault of our own: its record has no attempt that seems to run for ever. */
  #giveUp(attempt: Attempt, run: RelayRun): void {
    const closing = this.#closing(attempt, run, 'cancelled', 'internal');
    try {
      run.say(closing);
    } catch {
      // What says it is broken; the fault that ends the answer is on its way.
    }
  }

  async *#ask(attempt: Attempt, { request, shown }: RelayRun, signal: AbortSignal): AsyncGenerator<RelayPart[]> {
    const hideReasoning = shown.reasoning !== '';
    const partial = (request.partial ?? '') + shown.text;
    const whole = partial === '' ? request : { ...request, partial };
    const messages = request.options
      ? request.messages
      : await this.trimmer.trim(whole, attempt.provider, attempt.model);
    const said = attempt.provider.chatCompletionStream({ ...whole, messages }, signal);
    for await (const parts of said) {
      const toShow = attempt.take(parts, hideReasoning);
      if (toShow.length > 0) yield toShow;
    }
  }

  #closing(
    attempt: Attempt,
    { answerId }: RelayRun,
    outcome: AttemptEnded['outcome'],
    code?: ErrorCode,
    error?: ProviderError,
  ): RelayPart[] {
    const parts = attempt.closing(outcome, code);
    for (const part of parts) {
      if (part.type !== 'attempt-ended') continue;
      this.metrics.ended(part, attempt.provider);
      this.#log(part, answerId, error);
    }
    return parts;
  }

  #log(ended: AttemptEnded, answerId: string, error?: ProviderError): void {
    const line = {
      answer_id: answerId,
      attempt: ended.n,
      provider: ended.provider,
      model: ended.model,
      outcome: ended.outcome,
      code: ended.code,
      reason: error?.message,
      ttft_ms: ended.timeToFirstTokenMs === undefined ? undefined : Math.round(ended.timeToFirstTokenMs),
      duration_ms: Math.round(ended.durationMs),
      tokens: ended.usage?.totalTokens,
      accurate: ended.usage === undefined ? undefined : true,
    };
    if (ended.outcome === 'failed') this.#logger.warn(line, 'attempt failed');
    // The line of the whole answer says the same of the one that went well.
    else this.#logger.debug(line, 'attempt ended');
  }
}

function phaseOf(attempt: Attempt, error: ProviderError): FailoverPhase {
  if (attempt.spoke) return 'mid_answer';
  return error.notConnected ? 'connect' : 'first_token';
}
