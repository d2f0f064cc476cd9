import type { Usage } from '../../wire/answer-event.js';
import type { AnswerEnd } from '../../wire/answer-observer.js';
import type { Answer } from './answer.js';
import type { Ending } from './ending.js';

/** What observers are told of an answer that has ended. */
export function endRecord(
  answer: Answer,
  { status, finishReason, error }: Ending,
  usage: Usage | undefined,
): AnswerEnd {
  const { log, firstTokenAt, options } = answer;
  const { provider, model } = answer.author;
  const { type: _, ...problem } = error ?? { type: 'error' };
  return {
    answerId: answer.id,
    status,
    finishReason,
    content: log.text,
    reasoning: log.reasoning,
    ...(provider === undefined ? {} : { provider }),
    ...(model === undefined ? {} : { model }),
    ...(usage === undefined ? {} : { usage }),
    ...('code' in problem ? { error: problem } : {}),
    ...(firstTokenAt === undefined ? {} : { timeToFirstTokenMs: Math.round(firstTokenAt - options.askedAt) }),
    durationMs: Math.round(performance.now() - options.askedAt),
    attempts: answer.attempts.map(({ record }) => record),
    ...(answer.speaker === undefined ? {} : { speaker: answer.speaker }),
  };
}
