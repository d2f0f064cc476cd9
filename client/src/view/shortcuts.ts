import { byId } from './element.js';
import { isComposing } from './keys.js';

export interface ShortcutActions {
  stop(): void;
  focusMessage(): void;
  newChat(): void;
  search(): void;
  /** Puts away what slides over the conversation. */
  escape(): void;
}

/** Keys that work wherever the focus is. `?` shows all of them. */
export function setUpShortcuts(actions: ShortcutActions): void {
  const dialog = byId('shortcuts', HTMLDialogElement);
  byId('open-shortcuts', HTMLButtonElement).addEventListener('click', () => dialog.showModal());
  byId('close-shortcuts', HTMLButtonElement).addEventListener('click', () => dialog.close());
  document.addEventListener('keydown', (event) => {
    if (isComposing(event) || document.querySelector('dialog[open]')) return;
    if (event.key === 'Escape') {
      actions.escape();
      actions.stop();
    } else if ((event.ctrlKey || event.metaKey) && event.shiftKey && event.key.toLowerCase() === 'o') {
      event.preventDefault();
      actions.newChat();
    } else if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
      event.preventDefault();
      actions.search();
    } else if (!event.ctrlKey && !event.metaKey && !event.altKey && !isField(event.target)) onPlainKey(event);
  });

  function onPlainKey(event: KeyboardEvent): void {
    if (event.key === '?') dialog.showModal();
    else if (event.key === '/') actions.focusMessage();
    else return;
    event.preventDefault();
  }
}

function isField(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches('input, textarea, select');
}
