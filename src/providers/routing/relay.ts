import { Inject, Injectable, Logger } from '@nestjs/common';
import { setTimeout as delay } from 'node:timers/promises';
import { APP_CONFIG, type AppConfig } from '../../config/app-config.js';
import type { ProviderReason } from '../../wire/answer-event.js';
import type { ChatProvider } from '../chat-provider.js';
import type { ChatCompletionRequest } from '../completion.js';
import { ContextTrimmer } from '../tokens/context-trimmer.js';
import { AttemptMetrics, type FailoverPhase } from './attempt-metrics.js';
import { Attempt } from './attempt.js';
import { AttemptTrail } from './attempt-trail.js';
import { ProviderTracker, toProviderError } from './provider-tracker.js';
import type { AttemptStarted, RelayPart } from './relay-part.js';
import { Router } from './router.js';

/** A refusal faster than this cost the reader nothing: asking once more is cheap. */
const FAILED_FAST_MS = 1_000;
const RETRY_DELAY_MS = 150;

/** What readers were shown so far; the relay only looks at it, the answer's log owns it. */
export interface ShownSoFar {
  readonly text: string;
  readonly reasoning: string;
}

export interface RelayTask {
  request: ChatCompletionRequest;
  /** Only this provider: no rotation, no failover. */
  pinned?: string;
  shown: ShownSoFar;
  answerId: string;
}

/**
 * The mechanism: asks the providers in the router's order until one completes the answer. A failure before any text
 * restarts at the next provider; after some text the next one continues it. What a failure leads to is CONTRACT §5.
 */
@Injectable()
export class Relay {
  readonly #logger = new Logger(Relay.name);

  constructor(
    private readonly router: Router,
    private readonly tracker: ProviderTracker,
    private readonly trimmer: ContextTrimmer,
    private readonly metrics: AttemptMetrics,
    @Inject(APP_CONFIG) private readonly config: AppConfig,
  ) {}

  /**
   * Yields one array of parts per read of a provider's socket.
   * @throws AnswerError when no provider could complete the answer
   * @throws signal.reason when `signal` aborts
   */
  async *relay(task: RelayTask, signal: AbortSignal): AsyncGenerator<RelayPart[], void> {
    const trail = new AttemptTrail(this.#order(task), task.pinned !== undefined);
    for (let provider = trail.next(this.tracker); provider !== undefined; provider = trail.next(this.tracker)) {
      const completed = yield* this.#attempt(provider, trail, task, signal);
      if (completed) return;
      if (task.shown.text !== '' && !this.config.chat.continueAnswers) break;
      if (this.#mayRetry(trail)) {
        await delay(RETRY_DELAY_MS * (1 + Math.random()), undefined, { signal }).catch(() => signal.throwIfAborted());
        trail.retry();
      }
    }
    throw trail.verdict(this.tracker.soonestRetryMs(), task.shown.text !== '' && !this.config.chat.continueAnswers);
  }

  #order(task: RelayTask): ChatProvider[] {
    if (task.pinned === undefined) return this.router.order(this.tracker.candidates());
    const pinned = this.tracker.find(task.pinned);
    return pinned === undefined ? [] : [pinned.provider];
  }

  async *#attempt(
    provider: ChatProvider,
    trail: AttemptTrail,
    task: RelayTask,
    signal: AbortSignal,
  ): AsyncGenerator<RelayPart[], boolean> {
    const attempt = new Attempt(trail.count, provider, task.request.model ?? provider.model);
    const started = this.#started(attempt, trail, task);
    yield [started];
    try {
      const request = await this.#requestFor(attempt, task);
      yield* attempt.parts(request, task.shown.reasoning !== '', signal);
      this.tracker.succeeded(provider.name, attempt.startedAt);
      yield this.#close(attempt, task, 'ok');
      return true;
    } catch (thrown) {
      if (signal.aborted) {
        yield this.#close(attempt, task, 'cancelled');
        throw signal.reason;
      }
      const error = toProviderError(thrown);
      this.tracker.failed(provider.name, error, attempt.startedAt);
      trail.failed({ provider, error, attempt, textShown: task.shown.text !== '' });
      yield this.#close(attempt, task, 'failed', error);
      return false;
    }
  }

  #started(attempt: Attempt, trail: AttemptTrail, task: RelayTask): AttemptStarted {
    const { provider, n, model } = attempt;
    const previous = trail.last;
    const again = previous?.provider === provider;
    const next: ProviderReason = task.shown.text === '' ? 'failover' : 'continued';
    if (previous !== undefined && !again) {
      this.metrics.handedOver(previous.provider.name, provider.name, phaseOf(previous.attempt, previous.error.nothingReceived));
    }
    return {
      type: 'attempt-started',
      n,
      provider: provider.name,
      model,
      reason: previous === undefined ? 'selected' : again ? 'retry' : next,
      ...(previous === undefined ? {} : { from: previous.provider.name, fromCode: previous.error.code }),
      at: Date.now(),
    };
  }

  async #requestFor(attempt: Attempt, task: RelayTask): Promise<ChatCompletionRequest> {
    const { request, shown } = task;
    const messages = await this.trimmer.trim({ ...request, partial: shown.text }, attempt.provider, attempt.model);
    const partial = shown.text === '' ? {} : { partial: shown.text };
    return { ...request, messages, ...partial };
  }

  /** Nobody else is up, and the provider refused at once: one more try at it. */
  #mayRetry(trail: AttemptTrail): boolean {
    const last = trail.last;
    if (last === undefined || trail.retried || trail.othersReady(this.tracker)) return false;
    return last.error.kind === 'server' && last.error.nothingReceived && last.attempt.elapsedMs < FAILED_FAST_MS;
  }

  #close(attempt: Attempt, task: RelayTask, outcome: 'ok' | 'failed' | 'cancelled', error?: Error): RelayPart[] {
    const code = outcome === 'failed' ? toProviderError(error).code : undefined;
    const parts = attempt.closing(outcome, code);
    for (const part of parts) {
      if (part.type !== 'attempt-ended') continue;
      this.metrics.ended(part, attempt.provider);
      this.#log(part, task.answerId, error);
    }
    return parts;
  }

  #log(ended: Extract<RelayPart, { type: 'attempt-ended' }>, answerId: string, error?: Error): void {
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
    else this.#logger.log(line, 'attempt ended');
  }
}

function phaseOf(attempt: Attempt, nothingReceived: boolean): FailoverPhase {
  if (attempt.spoke) return 'mid_answer';
  return nothingReceived ? 'connect' : 'first_token';
}
