import type { AnswerState } from '../state/answer-state.js';
import { AnswerView, type AnswerActions } from './answer-view.js';
import { Painter } from './painter.js';
import { questionView } from './question-view.js';

/** A message of the conversation, which has elements only while it is near what is being read. */
export interface TranscriptEntry {
  readonly id: string;
  mount(): HTMLElement;
  unmount(): void;
}

export class QuestionEntry implements TranscriptEntry {
  #element: HTMLElement | undefined;

  constructor(
    readonly id: string,
    readonly text: string,
  ) {}

  mount(): HTMLElement {
    this.#element ??= questionView(this.id, this.text);
    return this.#element;
  }

  unmount(): void {
    this.#element?.remove();
    this.#element = undefined;
  }
}

/** A stored message this long is shown over several frames. */
const PAINT_BUDGET_MS = 20;

export interface AnswerEntryOptions extends AnswerActions {
  id: string;
  state: AnswerState;
  promptTokens: number;
  /** Whether it is being written before the reader's eyes. */
  live: boolean;
}

export class AnswerEntry implements TranscriptEntry {
  #id: string;
  #state: AnswerState;
  #view: AnswerView | undefined;
  readonly #painter = new Painter(() => this.#view?.paint(this.#state) ?? false);

  constructor(private readonly options: AnswerEntryOptions) {
    this.#id = options.id;
    this.#state = options.state;
  }

  get id(): string {
    return this.#id;
  }

  get state(): AnswerState {
    return this.#state;
  }

  /** The service has given the answer its id. */
  identify(id: string): void {
    this.#id = id;
  }

  update(state: AnswerState): void {
    if (state === this.#state) return;
    this.#state = state;
    if (this.#view) this.#painter.request();
  }

  mount(): HTMLElement {
    if (this.#view) return this.#view.element;
    const { id, promptTokens, live } = this.options;
    const view = new AnswerView(id, this.options, promptTokens, live);
    this.#view = view;
    const end = performance.now() + PAINT_BUDGET_MS;
    let more = view.paint(this.#state);
    while (more && performance.now() < end) more = view.paint(this.#state);
    if (more) this.#painter.request();
    return view.element;
  }

  unmount(): void {
    this.#view?.element.remove();
    this.#view = undefined;
  }
}
