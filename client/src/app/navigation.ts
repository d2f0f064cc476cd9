import { newSessionId } from '../state/new-session.js';
import { addressOf, routeOf, type Route } from '../state/route.js';
import { setUpOwnLinks } from '../view/own-links.js';

/** Leads to sessions by the page's address. */
export class Navigation {
  /** @param arrive shows what the address leads to; `isNew`: a session that has no address yet */
  constructor(private readonly arrive: (route: Route, isNew: boolean) => void) {}

  /** Shows what the address leads to, now and whenever it changes. */
  start(): void {
    setUpOwnLinks((hash) => this.#goTo(hash));
    window.addEventListener('hashchange', () => this.#arrive());
    this.#arrive();
  }

  /** To another session; undefined: to a new one, which gets its address with its first question. False: already there. */
  go(sessionId: string | undefined): boolean {
    if (sessionId === undefined && !routeOf(location.hash)) return false;
    this.#goTo(sessionId === undefined ? '#/' : addressOf({ sessionId }));
    return true;
  }

  /** At once: what is typed next belongs to where the address leads. */
  #goTo(hash: string): void {
    location.hash = hash;
    this.#arrive();
  }

  #arrive(): void {
    const named = routeOf(location.hash);
    // The message is gone to once; the address is the session's.
    if (named?.messageId !== undefined) history.replaceState(undefined, '', addressOf({ sessionId: named.sessionId }));
    this.arrive(named ?? { sessionId: newSessionId() }, named === undefined);
  }
}
