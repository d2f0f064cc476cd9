import type { ErrorEvent } from '../../../src/wire/answer-event.js';
import { countDown } from './countdown.js';
import { h } from './element.js';

/** What went wrong before is no news any more. */
export function quietErrors(messages: Element): void {
  for (const note of messages.querySelectorAll('.error-note[role]')) note.removeAttribute('role');
}

type ShownError = Omit<ErrorEvent, 'type'>;

/** When a limit ends, of errors that were told just now: a message may be put into the page again and again. */
const ends = new WeakMap<ShownError, number>();

/** What went wrong with an answer, where it went wrong. Spoken at once only if it has just happened. Without `retry` it is only read. */
export function errorNote(error: ShownError, live: boolean, retry?: () => void): HTMLElement {
  const note = h('div', { class: 'error-note', role: live ? 'alert' : undefined }, h('p', {}, error.message));
  if (!retry || (!error.retryable && error.class !== 'provider_switch')) return note;
  const button = h('button', { type: 'button', class: 'button when-idle' }, 'Retry');
  button.addEventListener('click', retry);
  note.append(button);
  // How long ago a stored one was told, nobody knows.
  if (live && error.retry_after_ms !== undefined) hold(button, note, endOf(error, error.retry_after_ms));
  return note;
}

/** Keeps a button from being pressed before the moment `end`. */
function hold(button: HTMLButtonElement, note: HTMLElement, end: number): void {
  if (end <= Date.now()) return;
  const countdown = countDown(end, () => {
    wait.remove();
    button.disabled = false;
  });
  const wait = h('p', { class: 'wait' }, 'It can be tried again in ', ...countdown.nodes);
  button.disabled = true;
  note.insertBefore(wait, button);
}

function endOf(error: ShownError, ms: number): number {
  const end = ends.get(error) ?? Date.now() + ms;
  ends.set(error, end);
  return end;
}
