const SCHEMES: ReadonlySet<string> = new Set(['https:', 'http:', 'mailto:', 'tel:']);
// Browsers drop these inside an address, so `java\tscript:` would be one that runs.
const IGNORED = /[\s\p{Cc}\p{Cf}]/gu;

/**
 * The address a link may lead to, or undefined. Only absolute addresses of harmless schemes pass: a relative one in an
 * answer would lead into this service.
 */
export function safeHref(raw: string): string | undefined {
  try {
    const url = new URL(raw.replace(IGNORED, ''));
    return SCHEMES.has(url.protocol) ? url.href : undefined;
  } catch {
    return undefined;
  }
}

/** An address among other words, up to its path. */
const WITH_SCHEME = /(?:https?:\/\/|\bwww\.)[^\s/?#]+/i;
/** A text that is a domain and maybe a path. Its end tells it from `console.log`, `Node.js` and the like. In lower case: with `i`, Unicode's signs that are not ASCII include k and s. */
const DOMAIN =
  /^(?:[\p{L}\p{N}-]+\.)+(?!(?:js|ts|cs|rb|go)\b)(?:\p{L}{2}|com|org|net|edu|gov|mil|int|info|biz|app|dev|xyz|online|site|shop|store|cloud|tech|bank|\p{L}*\P{ASCII}\p{L}*)(?=\.*$|[:/?#])/u;
/** Signs that nobody sees and that may have others read in another order; but for those of emojis and of some scripts. */
const INVISIBLE = /(?![\u200C\u200D\uFE0E\uFE0F])[\p{Cf}\p{Default_Ignorable_Code_Point}]/u;

/** The host that a link leads to whose label reads like the address of another one; undefined where nothing is feigned. */
export function hostBehind(label: string, href: string): string | undefined {
  const { host, hostname, pathname, username } = new URL(href);
  // What such a label reads like only the browser knows.
  if (INVISIBLE.test(label)) return host || pathname;
  const shown = label.normalize('NFKC').replace(/[\p{Cc}\p{Cf}]/gu, '');
  const [address] = WITH_SCHEME.exec(shown) ?? DOMAIN.exec(shown.toLowerCase().replace(/^[^\p{L}\p{N}]+/u, '')) ?? [];
  if (address === undefined) return undefined;
  const claimed = [address, address.replace(/[^\p{L}\p{N}]+$/u, '')].map(hostnameOf);
  const isSame = claimed.includes(bare(hostname)) && username === '' && !mayLookAlike(address, hostname);
  return isSame ? undefined : host || pathname;
}

/** Letters of other scripts under an end that is none of theirs, as a Cyrillic а in what looks like a name that everybody knows. */
function mayLookAlike(address: string, hostname: string): boolean {
  return /(?!\p{Script=Latin})\p{L}/u.test(address) && !/\.xn--[^.]+$/.test(bare(hostname));
}

function hostnameOf(address: string): string | undefined {
  const url = /^https?:/i.test(address) ? address : `https://${address}`;
  return URL.canParse(url) ? bare(new URL(url).hostname) : undefined;
}

function bare(hostname: string): string {
  return hostname.replace(/^www\.|\.$/g, '');
}
