import type { MessageActions, ShownAnswer } from '../chat/shown-messages.js';
import { NEW_ANSWER, type AnswerState } from '../state/answer-state.js';
import { AnswerView } from './answer-view.js';
import { Painter } from './painter.js';

export interface AnswerOptions {
  id: string;
  state: AnswerState;
  /** About how many tokens were sent along. */
  promptTokens: number;
  /** Whether it is being written before the reader's eyes. */
  live: boolean;
  /** The ids of all versions of this answer, oldest first; empty if this is the only one. */
  versions?: readonly string[];
  /** It is read again; nothing can be done with it. */
  past?: boolean;
  actions: MessageActions;
}

/** A stored message this long is shown over several frames. */
const PAINT_BUDGET_MS = 20;

/** An answer in the transcript. */
export class AnswerEntry implements ShownAnswer {
  readonly role = 'assistant';
  #id: string;
  #versions: readonly string[];
  #state: AnswerState;
  /** The text that this answer continues, until its stream has repeated it. */
  #carried = '';
  #view: AnswerView | undefined;
  readonly #painter = new Painter(
    () => this.#view?.paint(this.#state) ?? false,
    () => this.#view?.layOut(),
  );

  constructor(private readonly options: AnswerOptions) {
    this.#id = options.id;
    this.#state = options.state;
    this.#versions = options.versions ?? [];
  }

  get id(): string {
    return this.#id;
  }

  get versions(): readonly string[] {
    return this.#versions;
  }

  get state(): AnswerState {
    return this.#state;
  }

  identify(id: string, versions = this.#versions): void {
    this.#id = id;
    this.#versions = versions;
    this.#view?.showVersions(id, versions);
  }

  update(state: AnswerState): void {
    if (state === this.#state) return;
    const isBehind = state.running && state.text.length < this.#carried.length;
    this.#state = isBehind ? { ...state, text: this.#carried } : state;
    if (this.#view) this.#painter.request();
  }

  /** What is shown stays where it is. */
  restart(): void {
    const { text, reasoning } = this.#state;
    this.#carried = text;
    this.#state = { ...NEW_ANSWER, text, reasoning };
    this.#view?.restart();
    if (this.#view) this.#painter.request();
  }

  focusVersions(): void {
    this.#view?.focusVersions();
  }

  mount(): HTMLElement {
    if (this.#view) return this.#view.element;
    const view = this.#newView();
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

  #newView(): AnswerView {
    const { promptTokens, live, actions, past } = this.options;
    const turn = {
      regenerate: (provider?: string) => actions.regenerate(this, provider),
      continue: () => actions.continue(this),
      providers: () => actions.providers(),
    };
    const showVersion = (id: string): void => actions.showVersion(this, id);
    const view = new AnswerView(this.#id, { promptTokens, live, showVersion, ...(past ? {} : { turn }) });
    view.showVersions(this.#id, this.#versions);
    return view;
  }
}
