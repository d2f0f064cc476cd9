import type { AnswerState } from '../state/answer-state.js';
import { authorOf } from '../state/attempts.js';

export const INDICATIVE = 'Token counts are indicative, not a guarantee.';

const number = new Intl.NumberFormat('en');

/** `EST 1,234 tokens`: EST is a local estimate, ACU what the provider reported. */
export function tokenText(tokens: number, accurate: boolean): string {
  return `${accurate ? 'ACU' : 'EST'} ${number.format(tokens)} tokens`;
}

/** What is known about how the answer came about, as term and value. */
export function facts(state: AnswerState): [string, string][] {
  const list: [string, string][] = [];
  const author = authorOf(state);
  if (author?.model) list.push(['Model', author.model]);
  const { usage } = state;
  if (usage?.prompt_tokens !== undefined) list.push(['Prompt', `${number.format(usage.prompt_tokens)} tokens`]);
  if (usage?.completion_tokens !== undefined) list.push(['Answer', `${number.format(usage.completion_tokens)} tokens`]);
  if (usage) list.push(['Counted by', usage.accurate ? 'the provider (ACU)' : 'Rondo, an estimate (EST)']);
  if (usage?.cost_usd !== undefined) list.push(['Cost', `about $${usage.cost_usd.toPrecision(2)}`]);
  if (state.firstTokenMs !== undefined) list.push(['First token', seconds(state.firstTokenMs)]);
  if (state.durationMs !== undefined) list.push(['Whole answer', seconds(state.durationMs)]);
  const rate = tokensPerSecond(state);
  if (rate !== undefined) list.push(['Speed', `${number.format(Math.round(rate))} tokens/s`]);
  return list;
}

function tokensPerSecond({ usage, firstTokenMs, durationMs }: AnswerState): number | undefined {
  if (usage?.completion_tokens === undefined || firstTokenMs === undefined || durationMs === undefined)
    return undefined;
  const writing = durationMs - firstTokenMs;
  return writing > 50 ? (usage.completion_tokens * 1000) / writing : undefined;
}

function seconds(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

const FAILURES: Readonly<Record<string, string>> = {
  provider_rate_limited: '429',
  provider_unavailable: 'failed',
  provider_timeout: 'too slow',
  provider_auth: 'key refused',
  provider_bad_response: 'bad answer',
  answer_timeout: 'too slow',
  invalid_request: 'refused',
  failover: 'failed',
  continued: 'broke off',
  hedged: 'late',
};

/** A failure in two words, for the trail. */
export function failureWords(code: string): string {
  return FAILURES[code] ?? code.replaceAll('_', ' ');
}

/** No answer, though nothing failed. */
const EMPTY: AnswerState['error'] = {
  message: 'The model returned no text.',
  code: 'provider_bad_response',
  class: 'retryable',
  retryable: true,
};

/** Whether an answer that has ended well says nothing. */
export function isEmpty({ running, error, finishReason, text }: AnswerState): boolean {
  return !running && !error && finishReason === 'stop' && text.trim() === '';
}

/** What went wrong, in words that are also true under a text: that nobody could answer is not. */
export function shownError(state: AnswerState): AnswerState['error'] {
  const { error, text } = state;
  if (isEmpty(state)) return EMPTY;
  if (error?.code !== 'all_providers_failed' || text.trim() === '') return error;
  return { ...error, message: 'No provider could finish this answer. What is shown may be incomplete.' };
}

const ENDINGS: Readonly<Record<string, string>> = {
  length: 'Cut off at the maximum length',
  content_filter: 'Cut off by the provider’s content filter',
  stopped: 'Stopped',
  interrupted: 'Interrupted',
  error: 'Failed',
};

/** How the answer ended, if not as it should. */
export function endingText(state: AnswerState): string | undefined {
  return state.finishReason ? ENDINGS[state.finishReason] : undefined;
}
