import type { AnswerEvent, ErrorEvent, FinishReason, ProviderEvent, Usage } from '../../../src/wire/answer-event.js';
import type { Message } from '../../../src/wire/message.js';

/** One provider that was asked, and how it failed if another one followed. */
export interface TrailStep {
  provider: string;
  model: string;
  failure?: string;
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
      return { ...state, reasoning: state.reasoning + event.content, ...firstToken(state, elapsedMs) };
    case 'delta':
      return { ...state, text: state.text + event.content, ...firstToken(state, elapsedMs) };
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

/** Where an error came before any text, the last provider that was asked has written nothing either. */
function withoutAuthor(state: AnswerState): AnswerState {
  const { error, text, trail } = state;
  const last = trail.at(-1);
  if (!error || text !== '' || !last || last.failure !== undefined) return state;
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

function firstToken(state: AnswerState, elapsedMs: number | undefined): { firstTokenMs?: number } {
  return state.firstTokenMs === undefined && elapsedMs !== undefined ? { firstTokenMs: elapsedMs } : {};
}

/** A second try at the same provider was never an event, so it is no step of the trail either. */
function storedTrail({ attempts = [], provider, model, content }: Message): TrailStep[] {
  const steps = attempts
    .filter((attempt, i) => attempts[i + 1]?.provider !== attempt.provider)
    .map(({ provider: name, model: used, code, outcome }, i, kept) => ({
      provider: name,
      model: used,
      ...(i < kept.length - 1 || (outcome === 'failed' && content === '') ? { failure: code ?? 'failover' } : {}),
    }));
  return steps.length === 0 && provider ? [{ provider, model: model ?? '' }] : steps;
}

function storedUsage(message: Message, tokens: number): NonNullable<AnswerState['usage']> {
  return {
    tokens,
    accurate: message.accurate ?? false,
    ...(message.prompt_tokens === undefined ? {} : { prompt_tokens: message.prompt_tokens }),
    ...(message.completion_tokens === undefined ? {} : { completion_tokens: message.completion_tokens }),
  };
}
