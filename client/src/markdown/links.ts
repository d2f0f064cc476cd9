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
