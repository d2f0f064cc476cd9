import type { ErrorEvent } from '../../../src/wire/answer-event.js';
import { h } from './element.js';

/** What went wrong before is no news any more. */
export function quietErrors(messages: Element): void {
  for (const note of messages.querySelectorAll('.error-note[role]')) note.removeAttribute('role');
}

/** What went wrong with an answer, where it went wrong. Spoken at once only if it has just happened. Without `retry` it is only read. */
export function errorNote(error: Omit<ErrorEvent, 'type'>, live: boolean, retry?: () => void): HTMLElement {
  const note = h('div', { class: 'error-note', role: live ? 'alert' : undefined }, h('p', {}, error.message));
  if (!retry || (!error.retryable && error.class !== 'provider_switch')) return note;
  const button = h('button', { type: 'button', class: 'button when-idle' }, 'Retry');
  button.addEventListener('click', retry);
  note.append(button);
  return note;
}
