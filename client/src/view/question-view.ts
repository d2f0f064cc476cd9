import { copyButton } from './copy-button.js';
import { h, iconButton } from './element.js';
import { isComposing, touchOnly } from './keys.js';
import { VersionSwitch } from './version-switch.js';

/** Longer questions are folded: what was pasted is rarely what one wants to read again. */
const FOLDED_CHARS = 1_200;
const FOLDED_LINES = 16;

export interface QuestionViewActions {
  /** Absent where it can't be edited. */
  edit?: (text: string) => void;
  showVersion(id: string): void;
}

/** A question, shown exactly as it was typed, or being edited. */
export class QuestionView {
  readonly element: HTMLElement;
  readonly #versions: VersionSwitch;
  readonly #body: HTMLElement;
  readonly #edit: HTMLButtonElement | undefined;
  #editor: HTMLElement | undefined;

  constructor(
    id: string,
    private readonly text: string,
    private readonly actions: QuestionViewActions,
  ) {
    const name = `name-${id}`;
    this.#versions = new VersionSwitch((version) => actions.showVersion(version));
    this.#edit = actions.edit && iconButton('edit', 'Edit', () => this.edit(text));
    this.#edit?.classList.add('when-idle');
    this.#body = h('div', { class: 'question-body' }, ...bodyOf(text));
    const copy = copyButton('Copy message', () => text);
    const buttons = h('div', { class: 'actions' }, ...(this.#edit ? [this.#edit] : []), copy);
    const header = h('header', {}, h('h2', { id: name }, 'You'), buttons, this.#versions.element);
    this.element = h('article', { class: 'message question', 'aria-labelledby': name }, header, this.#body);
  }

  showVersions(id: string, versions: readonly string[]): void {
    this.#versions.show(id, versions);
  }

  focusVersions(): void {
    this.#versions.focus();
  }

  /** What is in the editor; undefined where none is open. */
  get edited(): string | undefined {
    return this.#editor?.querySelector('textarea')?.value;
  }

  /** Puts an editor with `text` in the place of the question. */
  edit(text: string): void {
    const { edit } = this.actions;
    if (!edit || this.#editor) return;
    const save = (changed: string): void => {
      this.#close();
      if (changed.trim() !== this.text.trim()) edit(changed);
      else this.#edit?.focus();
    };
    this.#editor = questionEditor(text, save, () => {
      this.#close();
      this.#edit?.focus();
    });
    this.element.classList.add('editing');
    this.#body.replaceWith(this.#editor);
    this.#editor.querySelector('textarea')?.focus();
  }

  #close(): void {
    this.#editor?.replaceWith(this.#body);
    this.#editor = undefined;
    this.element.classList.remove('editing');
  }
}

function bodyOf(text: string): HTMLElement[] {
  const isLong = text.length > FOLDED_CHARS || text.split('\n', FOLDED_LINES + 1).length > FOLDED_LINES;
  const body = h('div', { class: isLong ? 'question-text long' : 'question-text', dir: 'auto' }, text);
  return isLong ? [body, foldButton(body)] : [body];
}

function foldButton(body: HTMLElement): HTMLButtonElement {
  const button = h('button', { type: 'button', class: 'button quiet unfold' });
  const fold = (folded: boolean): void => {
    body.classList.toggle('folded', folded);
    button.textContent = folded ? 'Show all' : 'Show less';
    button.setAttribute('aria-expanded', String(!folded));
  };
  button.addEventListener('click', () => fold(!body.classList.contains('folded')));
  fold(true);
  return button;
}

/** A field in the place of a question, to ask it in other words. Enter saves, Escape leaves it as it was. */
function questionEditor(text: string, save: (text: string) => void, cancel: () => void): HTMLElement {
  const field = h('textarea', { 'aria-label': 'Edit question', dir: 'auto', rows: '2' });
  const submit = h('button', { type: 'button', class: 'button primary' }, 'Save');
  const leave = h('button', { type: 'button', class: 'button' }, 'Cancel');
  const note = h('p', { class: 'hint' }, 'It is asked again. What follows it now is kept as an earlier version.');
  const trySave = (): void => {
    if (field.value.trim() !== '') save(field.value);
  };
  field.value = text;
  field.addEventListener('input', () => (submit.disabled = field.value.trim() === ''));
  field.addEventListener('keydown', (event) => {
    if (isComposing(event)) return;
    if (event.key === 'Enter' && !event.shiftKey && (!touchOnly.matches || event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      trySave();
    } else if (event.key === 'Escape') {
      event.stopPropagation();
      cancel();
    }
  });
  submit.addEventListener('click', trySave);
  leave.addEventListener('click', cancel);
  return h('div', { class: 'question-editor' }, field, note, h('div', { class: 'editor-row' }, leave, submit));
}
