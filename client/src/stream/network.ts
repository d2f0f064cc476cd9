let current = new AbortController();

window.addEventListener('online', () => {
  current.abort(new Error('The browser was offline'));
  current = new AbortController();
});

/** Aborts when the browser comes back online: a connection from before is dead then, though nobody may ever say so. */
export function untilOnlineAgain(): AbortSignal {
  return current.signal;
}
