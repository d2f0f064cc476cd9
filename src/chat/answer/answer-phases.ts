import type { Usage } from '../../wire/answer-event.js';
import type { AnswerEnd } from '../../wire/answer-observer.js';
import type { Answer } from './answer.js';

// One class per state of an answer's life, each with what can be done in that state alone.

/** An answer that may be generated already, but is not shown to anybody. */
export class OpeningAnswer {
  constructor(readonly answer: Answer) {}

  /** Its question is stored. */
  start(): RunningAnswer {
    this.answer.life.enter('running');
    return new RunningAnswer(this.answer);
  }

  /** It could not be opened: it ends without an event, and nothing is left of it. */
  refuse(): void {
    this.answer.stop('interrupted');
    this.answer.life.enter('refused');
  }
}

/** An answer that readers follow. */
export class RunningAnswer {
  constructor(readonly answer: Answer) {}

  conclude(end: AnswerEnd): ConcludedAnswer {
    this.answer.life.enter('concluded', end);
    return new ConcludedAnswer(this.answer);
  }
}

/** An answer that says nothing more but what it used. */
export class ConcludedAnswer {
  constructor(readonly answer: Answer) {}

  /** The answer's life has it from this state on. */
  get end(): AnswerEnd {
    return this.answer.life.end!;
  }

  /** Observers could not be told that end. */
  replaceEnd(end: AnswerEnd): void {
    this.answer.life.replaceEnd(end);
  }

  /** What it used in all. Readers are told. */
  count(usage: Usage): void {
    this.replaceEnd({ ...this.end, usage });
    this.answer.log.close({ type: 'usage', ...usage });
  }

  /** The last event: nothing follows, and no reader is waited for. */
  close(): void {
    const { id, life, log } = this.answer;
    this.answer.dismissReaders();
    if (!log.ended) log.close({ type: 'done', finish_reason: this.end.finishReason, message_id: id });
    life.enter('closed');
  }
}
