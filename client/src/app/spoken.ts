import type { AnswerState } from '../state/answer-state.js';
import { shownError } from '../view/answer-facts.js';
import type { Announcer } from '../view/announcer.js';
import type { Phase } from '../chat/asker.js';

const PHASES: Readonly<Record<Phase, string>> = { idle: '', running: 'Answering…', stopping: 'Stopping…' };

/** Says what is being done. */
export function sayPhase(announcer: Announcer, phase: Phase): void {
  announcer.say(PHASES[phase]);
}

/** Says how an answer ended; what failed is an alert of its own. */
export function sayEnd(announcer: Announcer, state: AnswerState): void {
  const { finishReason, text } = state;
  if (shownError(state)) announcer.say('');
  else if (finishReason === 'stop') announcer.sayAnswer(text);
  else announcer.say(finishReason === 'stopped' ? 'Answer stopped.' : 'The answer ended early.');
}
