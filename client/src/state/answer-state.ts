import type { AnswerEvent, ErrorEvent, FinishReason, ProviderEvent, Usage } from '../../../src/wire/answer-event.js';
import type { Message, MessageAttempt } from '../../../src/wire/message.js';

/** One provider that was asked, and how it failed if another one followed. */
export interface TrailStep {
  provider: string;
  model: string;
  failure?: string;
  /** Some of the answer is its own. */
  wrote?: true;
}

/** Everything the page knows of one answer, whether it streams or comes from the history. */
export interface AnswerState {
  readonly text: string;
  readonly reasoning: string;
  readonly running: boolean;
  readonly trail: readonly TrailStep[];
  readonly usage?: Omit<Usage, 'prompt_tokens' | 'completion_tokens'> & Partial<Usage>;
  readonly error?: Omit<ErrorEvent, 'type'>;
  readonly finishReason?: FinishReason;
  readonly firstTokenMs?: number;
  readonly durationMs?: number;
}

export const NEW_ANSWER: AnswerState = { text: '', reasoning: '', running: true, trail: [] };

/** The state after one more event; `elapsedMs` is the time since the question was sent, undefined if that isn't known. */
export function reduceAnswer(state: AnswerState, event: AnswerEvent, elapsedMs?: number): AnswerState {
  switch (event.type) {
    case 'provider':
      return { ...state, trail: extendTrail(state.trail, event) };
    case 'reasoning':
      return { ...written(state, elapsedMs), reasoning: state.reasoning + event.content };
    case 'delta':
      return { ...written(state, elapsedMs), text: state.text + event.content };
    case 'usage': {
      const { type: _, ...usage } = event;
      return { ...state, usage };
    }
    case 'error': {
      const { type: _, ...error } = event;
      return withoutAuthor({ ...state, error });
    }
    case 'done':
      return {
        ...state,
        running: false,
        finishReason: event.finish_reason,
        ...(elapsedMs === undefined ? {} : { durationMs: elapsedMs }),
      };
    default:
      return state;
  }
}

/** The state of an answer as the history tells it. */
export function answerOf(message: Message): AnswerState {
  return withoutAuthor({
    text: message.content,
    reasoning: message.reasoning ?? '',
    running: message.status === 'streaming',
    trail: storedTrail(message),
    ...(message.tokens === undefined ? {} : { usage: storedUsage(message, message.tokens) }),
    ...(message.error ? { error: message.error } : {}),
    ...(message.finish_reason ? { finishReason: message.finish_reason } : {}),
    ...(message.time_to_first_token_ms === undefined ? {} : { firstTokenMs: message.time_to_first_token_ms }),
    ...(message.duration_ms === undefined ? {} : { durationMs: message.duration_ms }),
  });
}

/** Who wrote it: the last one that wrote anything, or that was asked where nobody did. */
export function authorOf({ trail }: AnswerState): TrailStep | undefined {
  return trail.findLast(({ wrote }) => wrote) ?? trail.at(-1);
}

/** Where an error came, the last provider that was asked is no author unless some of the text is its own. */
function withoutAuthor(state: AnswerState): AnswerState {
  const { error, text, trail } = state;
  const last = trail.at(-1);
  if (!error || !last || last.failure !== undefined || (text !== '' && last.wrote)) return state;
  const failure = error.code === 'all_providers_failed' ? 'failover' : error.code;
  return { ...state, trail: [...trail.slice(0, -1), { ...last, failure }] };
}

/** Whether the answer was cut short with some of its text there, so that it can go on. */
export function canGoOn({ running, text, finishReason }: AnswerState): boolean {
  const isCut = finishReason !== undefined && finishReason !== 'stop' && finishReason !== 'content_filter';
  return !running && isCut && text.trim() !== '';
}

function extendTrail(trail: readonly TrailStep[], event: ProviderEvent): TrailStep[] {
  const past = trail.map((step, i) =>
    i === trail.length - 1 && event.reason !== 'selected' ? { ...step, failure: event.code ?? event.reason } : step,
  );
  return [...past, { provider: event.provider, model: event.model }];
}

/** The provider that was told of last has said something. */
function written(state: AnswerState, elapsedMs: number | undefined): AnswerState {
  const last = state.trail.at(-1);
  const first = state.firstTokenMs === undefined && elapsedMs !== undefined ? { firstTokenMs: elapsedMs } : {};
  if (!last || last.wrote) return { ...state, ...first };
  return { ...state, ...first, trail: [...state.trail.slice(0, -1), { ...last, wrote: true }] };
}

/** The steps that a reader of the stream was told of: neither a second try nor the loser of a race is one. */
function storedTrail({ attempts = [], provider, model, content }: Message): TrailStep[] {
  const steps: MessageAttempt[] = [];
  for (const attempt of attempts) {
    const last = steps.at(-1);
    if (attempt.reason !== 'retry' && attempt.reason !== 'hedge') steps.push(attempt);
    else if (attempt.reason === 'retry' && last?.provider === attempt.provider)
      steps[steps.length - 1] = { ...attempt, reason: last.reason };
  }
  if (steps.length === 0) return provider ? [{ provider, model: model ?? '' }] : [];
  const author = steps.findLastIndex((step) => step.provider === provider);
  return steps.map((step, i) => {
    const next = steps[i + 1];
    const wrote = i === author && content !== '';
    const failed = next !== undefined || (step.outcome === 'failed' && !wrote);
    return {
      provider: step.provider,
      model: step.model,
      ...(wrote ? { wrote } : {}),
      ...(failed ? { failure: step.code ?? next?.reason ?? 'failover' } : {}),
    };
  });
}

function storedUsage(message: Message, tokens: number): NonNullable<AnswerState['usage']> {
  return {
    tokens,
    accurate: message.accurate ?? false,
    ...(message.prompt_tokens === undefined ? {} : { prompt_tokens: message.prompt_tokens }),
    ...(message.completion_tokens === undefined ? {} : { completion_tokens: message.completion_tokens }),
  };
}
