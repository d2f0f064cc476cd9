import type { AnswerEnd } from '../../wire/answer-observer.js';

/**
 * `opening`: its question is being stored. `running`: readers may be shown it. `concluded`: how it ended is known.
 * `closed`: its last event is out. `refused`: it could not be opened.
 */
export type AnswerState = 'opening' | 'running' | 'concluded' | 'closed' | 'refused';

/** From which state an answer gets into another. */
const FROM: Readonly<Record<Exclude<AnswerState, 'opening'>, AnswerState>> = {
  running: 'opening',
  refused: 'opening',
  concluded: 'running',
  closed: 'concluded',
};

/** The state of an answer. Only the classes of answer-phases.ts change it. */
export class AnswerLife {
  #state: AnswerState = 'opening';
  #end: AnswerEnd | undefined;
  readonly #over = Promise.withResolvers<void>();

  get state(): AnswerState {
    return this.#state;
  }

  /** Known from `concluded` on; its usage may come later. */
  get end(): AnswerEnd | undefined {
    return this.#end;
  }

  /** Resolves when the answer is closed or refused. */
  get over(): Promise<void> {
    return this.#over.promise;
  }

  /** @throws Error where the answer is not in the state before `state` */
  enter(state: Exclude<AnswerState, 'opening'>, end = this.#end): void {
    if (this.#state !== FROM[state]) throw new Error(`an answer cannot be ${state} when it is ${this.#state}`);
    this.#state = state;
    this.#end = end;
    if (state === 'closed' || state === 'refused') this.#over.resolve();
  }

  /** More is known of its end. */
  replaceEnd(end: AnswerEnd): void {
    this.#end = end;
  }
}
