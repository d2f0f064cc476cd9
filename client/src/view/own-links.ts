/**
 * Follows links to places in this page at once, by `go`. Browsers tell of a new address in a task of its own, and what is
 * typed before it would still go where one was.
 */
export function setUpOwnLinks(go: (hash: string) => void): void {
  document.addEventListener('click', (event) => {
    const { target, button, ctrlKey, metaKey, shiftKey, altKey } = event;
    const link = target instanceof Element ? target.closest('a[href^="#/"]') : null;
    if (!(link instanceof HTMLAnchorElement) || button !== 0 || ctrlKey || metaKey || shiftKey || altKey) return;
    event.preventDefault();
    go(link.hash);
  });
}
