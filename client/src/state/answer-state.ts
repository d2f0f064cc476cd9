import type { AnswerEvent, ErrorEvent, FinishReason, Usage } from '../../../src/wire/answer-event.js';
import type { Message } from '../../../src/wire/message.js';
import { attemptsOf, withProvider, withWords, type Attempt } from './attempts.js';

/** Everything the page knows of one answer, whether it streams or comes from the history. */
export interface AnswerState {
  readonly text: string;
  readonly reasoning: string;
  readonly running: boolean;
  /** Oldest first. */
  readonly attempts: readonly Attempt[];
  readonly usage?: Omit<Usage, 'prompt_tokens' | 'completion_tokens'> & Partial<Usage>;
  readonly error?: Omit<ErrorEvent, 'type'>;
  readonly finishReason?: FinishReason;
  readonly firstTokenMs?: number;
  readonly durationMs?: number;
}

export const NEW_ANSWER: AnswerState = { text: '', reasoning: '', running: true, attempts: [] };

/** The state after one more event; `elapsedMs` is the time since the question was sent, undefined if that isn't known. */
export function reduceAnswer(state: AnswerState, event: AnswerEvent, elapsedMs?: number): AnswerState {
  switch (event.type) {
    case 'provider':
      return { ...state, attempts: withProvider(state.attempts, event) };
    case 'reasoning':
      return { ...heard(state, 'reasoning', elapsedMs), reasoning: state.reasoning + event.content };
    case 'delta':
      return { ...heard(state, 'text', elapsedMs), text: state.text + event.content };
    case 'usage': {
      const { type: _, ...usage } = event;
      return { ...state, usage };
    }
    case 'error': {
      const { type: _, ...error } = event;
      return { ...state, error };
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
  return {
    text: message.content,
    reasoning: message.reasoning ?? '',
    running: message.status === 'streaming',
    attempts: attemptsOf(message),
    ...(message.tokens === undefined ? {} : { usage: storedUsage(message, message.tokens) }),
    ...(message.error ? { error: message.error } : {}),
    ...(message.finish_reason ? { finishReason: message.finish_reason } : {}),
    ...(message.time_to_first_token_ms === undefined ? {} : { firstTokenMs: message.time_to_first_token_ms }),
    ...(message.duration_ms === undefined ? {} : { durationMs: message.duration_ms }),
  };
}

/** Whether the answer was cut short with some of its text there, so that it can go on. */
export function canGoOn({ running, text, finishReason }: AnswerState): boolean {
  const isCut = finishReason !== undefined && finishReason !== 'stop' && finishReason !== 'content_filter';
  return !running && isCut && text.trim() !== '';
}

/** The last attempt has said something; the first time something was said counts. */
function heard(state: AnswerState, said: 'text' | 'reasoning', elapsedMs: number | undefined): AnswerState {
  const first = state.firstTokenMs === undefined && elapsedMs !== undefined ? { firstTokenMs: elapsedMs } : {};
  return { ...state, ...first, attempts: withWords(state.attempts, said) };
}

function storedUsage(message: Message, tokens: number): NonNullable<AnswerState['usage']> {
  return {
    tokens,
    accurate: message.accurate ?? false,
    ...(message.prompt_tokens === undefined ? {} : { prompt_tokens: message.prompt_tokens }),
    ...(message.completion_tokens === undefined ? {} : { completion_tokens: message.completion_tokens }),
  };
}
