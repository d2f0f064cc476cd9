import type { MessageActions, ShownQuestion } from '../chat/shown-messages.js';
import { QuestionView } from './question-view.js';

export interface QuestionOptions {
  id: string;
  text: string;
  isStored: boolean;
  /** The ids of all versions of this question, oldest first; empty if this is the only one. */
  versions?: readonly string[];
  /** It is read again; nothing can be done with it. */
  past?: boolean;
  actions: MessageActions;
}

/** A question in the transcript. */
export class QuestionEntry implements ShownQuestion {
  readonly role = 'user';
  readonly text: string;
  #id: string;
  #isStored: boolean;
  #versions: readonly string[];
  #view: QuestionView | undefined;
  /** What its editor held when it left the page. */
  #draft: string | undefined;

  constructor(private readonly options: QuestionOptions) {
    this.text = options.text;
    this.#id = options.id;
    this.#isStored = options.isStored;
    this.#versions = options.versions ?? [];
  }

  get id(): string {
    return this.#id;
  }

  get versions(): readonly string[] {
    return this.#versions;
  }

  get isStored(): boolean {
    return this.#isStored;
  }

  identify(id: string, versions = this.#versions): void {
    this.#id = id;
    this.#isStored = true;
    this.#versions = versions;
    this.#view?.showVersions(id, versions);
  }

  get edited(): string | undefined {
    return this.#view ? this.#view.edited : this.#draft;
  }

  edit(text: string): boolean {
    if (this.options.past) return false;
    if (this.#view) this.#view.edit(text);
    else this.#draft = text;
    return true;
  }

  focusVersions(): void {
    this.#view?.focusVersions();
  }

  mount(): HTMLElement {
    this.#view ??= this.#newView();
    return this.#view.element;
  }

  unmount(): void {
    if (!this.#view) return;
    this.#draft = this.#view.edited;
    this.#view.element.remove();
    this.#view = undefined;
  }

  #newView(): QuestionView {
    const { actions, past } = this.options;
    const view = new QuestionView(this.#id, this.text, {
      ...(past ? {} : { edit: (text) => actions.edit(this, text) }),
      showVersion: (id) => actions.showVersion(this, id),
    });
    view.showVersions(this.#id, this.#versions);
    if (this.#draft !== undefined) view.edit(this.#draft);
    return view;
  }
}
