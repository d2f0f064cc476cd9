import type { CompletionFinish } from '../../providers/completion.js';
import { AnswerError } from '../../providers/answer-error.js';
import { MESSAGES } from '../../providers/routing/failure-messages.js';
import { errorEvent, type ErrorEvent, type FinishReason, type Usage } from '../../wire/answer-event.js';
import type { AnswerEnd, AnswerName } from '../../wire/answer-observer.js';
import type { MessageStatus } from '../../wire/message.js';
import type { Answer, StopReason } from '../answer/answer.js';

/** How an answer ended: what its readers are told and what the history keeps. */
export interface Ending {
  readonly finishReason: FinishReason;
  readonly status: Exclude<MessageStatus, 'streaming'>;
  readonly error?: ErrorEvent;
  /** The field that no provider takes, by its name in OpenAI's API. */
  readonly field?: string;
}

/** A provider completed it. An answer of tool calls alone has nothing more to say either. */
export function completed(finish: CompletionFinish | undefined): Ending {
  return { finishReason: finish === undefined || finish === 'tool_calls' ? 'stop' : finish, status: 'complete' };
}

/** `thrown` while it was generated; `signal` is the answer's. */
export function endingOf(thrown: unknown, signal: AbortSignal): Ending {
  if (signal.aborted) return stopped(signal.reason as StopReason);
  if (thrown instanceof AnswerError) {
    const { code, message, retryAfterMs, field } = thrown;
    if (code === 'interrupted') return stopped(code);
    return { ...failed(errorEvent(code, message, retryAfterMs)), ...(field === undefined ? {} : { field }) };
  }
  return internalFault();
}

/** A fault of our own. `told`: the error that readers know of already. */
export function internalFault(told?: ErrorEvent): Ending & { error: ErrorEvent } {
  return failed(told ?? errorEvent('internal', MESSAGES.internal));
}

/** What only the answer's writer knows of it. */
export interface AnswerFacts extends AnswerName {
  readonly carried?: { readonly provider?: string; readonly model?: string };
  readonly waitedMs?: number;
  readonly usage?: Usage;
}

/** What observers are told of an answer's end. */
export function answerEnd({ log, attempts, options }: Answer, ending: Ending, facts: AnswerFacts): AnswerEnd {
  const { carried, waitedMs, ...known } = facts;
  const { writer, speaker } = attempts;
  // Where nobody added anything, it is by whoever wrote what it goes on from.
  const { provider, model } = writer ?? carried ?? speaker ?? {};
  const { type: _, ...error } = ending.error ?? { type: 'error' };
  return {
    ...known,
    status: ending.status,
    finishReason: ending.finishReason,
    content: log.text,
    reasoning: log.reasoning,
    ...(provider === undefined ? {} : { provider }),
    ...(model === undefined ? {} : { model }),
    ...('code' in error ? { error } : {}),
    ...(waitedMs === undefined ? {} : { timeToFirstTokenMs: waitedMs }),
    durationMs: performance.now() - options.askedAt,
    attempts: attempts.records,
    ...(speaker === undefined ? {} : { speaker }),
  };
}

function stopped(reason: StopReason): Ending {
  switch (reason) {
    case 'stopped':
      return { finishReason: 'stopped', status: 'stopped' };
    case 'interrupted':
      return {
        finishReason: 'interrupted',
        status: 'interrupted',
        error: errorEvent('interrupted', MESSAGES.interrupted),
      };
    case 'too_long':
      return { finishReason: 'length', status: 'complete' };
    case 'answer_timeout':
      return failed(errorEvent('answer_timeout', MESSAGES.answer_timeout));
  }
}

function failed(error: ErrorEvent): Ending & { error: ErrorEvent } {
  return { finishReason: 'error', status: 'failed', error };
}
