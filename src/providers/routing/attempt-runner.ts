import { Inject, Injectable, Logger } from '@nestjs/common';
import { APP_CONFIG, type AppConfig } from '../../config/app-config.js';
import type { ErrorCode } from '../../wire/answer-event.js';
import type { ChatProvider } from '../chat-provider.js';
import type { ChatCompletionRequest } from '../completion.js';
import type { ProviderError } from '../provider-error.js';
import { ContextTrimmer } from '../tokens/context-trimmer.js';
import { AttemptMetrics, type FailoverPhase } from './attempt-metrics.js';
import { Attempt } from './attempt.js';
import type { AttemptTrail } from './attempt-trail.js';
import { ProviderTracker, toProviderError } from './provider-tracker.js';
import type { AttemptEnded, AttemptStarted, RelayPart } from './relay-part.js';
import { notSlowerThan } from './throughput-guard.js';

/** What readers were shown so far; the relay only looks at it, the answer's log owns it. */
export interface ShownSoFar {
  readonly text: string;
  readonly reasoning: string;
  /** Some of a tool call was shown: nobody else can go on with that. */
  readonly calledTools?: boolean;
}

/** Who wrote what an attempt goes on from; a provider whose name is not known any more is left out. */
export interface Predecessor {
  readonly provider?: string;
  readonly code?: ErrorCode;
}

/** One answer on its way: what is asked, who was asked, what ends it. */
export interface RelayRun {
  readonly request: ChatCompletionRequest;
  readonly shown: ShownSoFar;
  readonly answerId: string;
  readonly continues?: Predecessor;
  readonly trail: AttemptTrail;
  readonly signal: AbortSignal;
  /** Is told everything, as it comes: one array per read of a provider's socket. */
  say(parts: RelayPart[]): void;
}

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
    const previous = trail.last;
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

  /** Passes `parts` on to the attempt's end. True: the answer is complete. */
  async run(attempt: Attempt, parts: AsyncGenerator<RelayPart[]>, run: RelayRun): Promise<boolean> {
    try {
      for await (const some of parts) run.say(some);
    } catch (thrown) {
      run.say(this.failed(attempt, run, thrown));
      run.signal.throwIfAborted();
      return false;
    }
    this.tracker.succeeded(attempt.provider.name, attempt.startedAt);
    run.say(this.#closing(attempt, run, 'ok'));
    return true;
  }

  /** Records a failure; what failed because the answer was ended early is no failure. */
  failed(attempt: Attempt, run: RelayRun, thrown: unknown): RelayPart[] {
    if (run.signal.aborted) return this.cancelled(attempt, run);
    const error = toProviderError(thrown);
    this.tracker.failed(attempt.provider.name, error, attempt.startedAt);
    run.trail.failed({ provider: attempt.provider, error, attempt });
    return this.#closing(attempt, run, 'failed', error.code, error);
  }

  /** Ended by us: the answer was, for a reason that may be a code of its own, or another provider was faster. */
  cancelled(attempt: Attempt, run: RelayRun): RelayPart[] {
    const reason: unknown = run.signal.reason;
    const code = reason === 'answer_timeout' || reason === 'interrupted' ? reason : undefined;
    return this.#closing(attempt, run, 'cancelled', code);
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
