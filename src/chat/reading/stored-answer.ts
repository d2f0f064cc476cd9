import type { StoredAnswer } from '../../history/history-store.js';
import {
  CRASHED_MESSAGE,
  isAnnounced,
  type DoneEvent,
  type ErrorEvent,
  type UsageEvent,
} from '../../wire/answer-event.js';
import type { Message } from '../../wire/message.js';
import { AnswerLog } from '../answer/answer-log.js';
import { CLOSING_EVENTS_AFTER_CRASH_FROM, CLOSING_EVENTS_FROM } from '../answer/cursor.js';
import type { ReadableAnswer } from '../answer/readable-answer.js';

/** A stored answer as its readers saw it: per attempt its provider, reasoning and text. */
export function storedAnswer(stored: StoredAnswer): ReadableAnswer {
  const { message } = stored;
  return {
    id: message.id,
    log: replayed(stored),
    ended: Promise.resolve(),
    enter: () => undefined,
    message: () => message,
  };
}

function replayed({ message, attempts, costUsd }: StoredAnswer): AnswerLog {
  const log = new AnswerLog(endedByCrash(message) ? CLOSING_EVENTS_AFTER_CRASH_FROM : CLOSING_EVENTS_FROM);
  const reasoning = message.reasoning ?? '';
  // The text that the first attempt continues comes after its event, as it did live.
  let at = { reasoning: 0, text: 0 };
  for (const [index, attempt] of attempts.entries()) {
    const next = attempts[index + 1];
    const { provider, model, reason, from, fromCode } = attempt;
    const predecessor = {
      ...(from === undefined ? {} : { from }),
      ...(fromCode === undefined ? {} : { code: fromCode }),
    };
    if (isAnnounced(reason)) log.event({ type: 'provider', provider, model, reason, ...predecessor });
    if (next === undefined) break;
    append(log, 'reasoning', reasoning.slice(at.reasoning, next.reasoningFrom));
    append(log, 'text', message.content.slice(at.text, next.textFrom));
    at = { reasoning: next.reasoningFrom, text: next.textFrom };
  }
  append(log, 'reasoning', reasoning.slice(at.reasoning));
  append(log, 'text', message.content.slice(at.text));
  log.close(...closingEvents(message, costUsd));
  return log;
}

function endedByCrash({ status, error }: Message): boolean {
  return status === 'interrupted' && error?.message === CRASHED_MESSAGE;
}

function append(log: AnswerLog, channel: 'text' | 'reasoning', text: string): void {
  if (text !== '') log.append(channel, text);
}

function closingEvents(message: Message, costUsd: number | undefined): (ErrorEvent | UsageEvent | DoneEvent)[] {
  const { error, tokens, accurate, prompt_tokens = 0, completion_tokens = 0, finish_reason = 'stop' } = message;
  const cost = costUsd === undefined ? {} : { cost_usd: costUsd };
  return [
    ...(error === undefined ? [] : [{ type: 'error' as const, ...error }]),
    ...(tokens === undefined
      ? []
      : [{ type: 'usage' as const, tokens, accurate: accurate ?? false, prompt_tokens, completion_tokens, ...cost }]),
    { type: 'done', finish_reason, message_id: message.id },
  ];
}
