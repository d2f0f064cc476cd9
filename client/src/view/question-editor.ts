import { h } from './element.js';
import { isComposing, touchOnly } from './keys.js';

/** A field in the place of a question, to ask it in other words. Enter saves, Escape leaves it as it was. */
export function questionEditor(text: string, save: (text: string) => void, cancel: () => void): HTMLElement {
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
