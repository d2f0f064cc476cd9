import { isId, randomId } from '../state/identity.js';
import { addressOf, routeOf, type Route } from '../state/route.js';

const NEW_SESSION = 'rondo.new-session';

/** Leads to sessions by the page's address. */
export class Navigation {
  /** @param arrive shows what the address leads to; `isNew`: a session that has no address yet */
  constructor(private readonly arrive: (route: Route, isNew: boolean) => void) {}

  /** Shows what the address leads to, now and whenever it changes. */
  start(): void {
    document.addEventListener('click', (event) => this.#onClick(event));
    window.addEventListener('hashchange', () => this.#arrive());
    this.#arrive();
  }

  /** To another session; undefined: to a new one, which gets its address with its first question. False: already there. */
  go(sessionId: string | undefined): boolean {
    if (sessionId === undefined && !routeOf(location.hash)) return false;
    this.#goTo(sessionId === undefined ? '#/' : addressOf({ sessionId }));
    return true;
  }

  /** Whether the address still leads to this session: it may lead to another one that is not shown yet. */
  isAt(sessionId: string): boolean {
    return routeOf(location.hash)?.sessionId === sessionId;
  }

  /** Away from a session that is gone: to where the address leads by now, else to a new one. */
  leave(sessionId: string): void {
    if (this.isAt(sessionId)) this.#goTo('#/');
    else this.#arrive();
  }

  /** The session that is shown has its first question: a new one gets its address. */
  started(sessionId: string): void {
    if (this.isAt(sessionId)) return;
    withSessionStorage((storage) => storage.removeItem(NEW_SESSION));
    history.pushState(undefined, '', addressOf({ sessionId }));
  }

  /** Browsers tell of a new address in a task of its own, and what is typed before it would still go to the old place. */
  #goTo(hash: string): void {
    location.hash = hash;
    this.#arrive();
  }

  #onClick(event: MouseEvent): void {
    const { target, button, ctrlKey, metaKey, shiftKey, altKey } = event;
    const link = target instanceof Element ? target.closest('a[href^="#/"]') : null;
    if (!(link instanceof HTMLAnchorElement) || button !== 0 || ctrlKey || metaKey || shiftKey || altKey) return;
    event.preventDefault();
    this.#goTo(link.hash);
  }

  #arrive(): void {
    const named = routeOf(location.hash);
    // The message is gone to once; the address is the session's.
    if (named?.messageId !== undefined) history.replaceState(undefined, '', addressOf({ sessionId: named.sessionId }));
    this.arrive(named ?? { sessionId: newSessionId() }, named === undefined);
  }
}

/** The id that a chat without a question will have. It outlives a reload, and with it the draft; each tab has its own. */
function newSessionId(): string {
  const stored = withSessionStorage((storage) => storage.getItem(NEW_SESSION));
  if (stored && isId(stored)) return stored;
  const fresh = randomId();
  withSessionStorage((storage) => storage.setItem(NEW_SESSION, fresh));
  return fresh;
}

/** The storage may be full or forbidden: then nothing is kept. */
function withSessionStorage<T>(use: (storage: Storage) => T): T | undefined {
  try {
    return use(sessionStorage);
  } catch {
    return undefined;
  }
}
