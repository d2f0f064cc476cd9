/** How many wrappers in front of a sentence are removed. */
const MAX_PREFIXES = 12;
const MAX_HEAD_CHARS = 300;

/** What gateways and libraries put before a provider's sentence: a class, a status, a heading. */
const PREFIXES = [
  /^\s+/,
  /^[:,-]\s*/,
  /^<\d{3}>/,
  /^(?:error|status|http)(?: code)?:? \d{3}\b/i,
  /^\d{3}(?=:| - )/,
  /^[\w.]{0,60}(?:error|exception|invalidparameter|failed)\b(?=:| -)/i,
  /^(?:invalid (?:request|params?|argument)|bad request|(?:input )?validation error)(?=[:,])/i,
  /^(?:the model returned the following errors|(?:error from|upstream|provider returned) [\w ().-]{0,40})(?=:)/i,
  /^\/[\w/.-]{1,60}(?=:)/,
  // The body of the server behind a gateway, up to its sentence.
  /^\{\s*(?:["']type["']:\s*["']error["'],\s*)?(?:["']error["']:\s*\{\s*)?(?:["'](?:code|type)["']:\s*["']?\w{1,60}["']?,\s*){0,2}["']message["']:\s*["']/,
];

/** The part of a sentence before any quotation, list, object or value, which may hold a caller's words. */
const PLAIN = /^(?:[^'’"`“”{}[\]<>=:\n]|(?<=\w)['’](?=\w))*/;

/**
 * A provider's sentence without its wrappers. Patterns are anchored at its start: what a provider repeats of a request
 * comes later.
 */
export function sentenceOf(message: string): string {
  let sentence = message;
  for (let n = 0; n < MAX_PREFIXES; n++) {
    const prefix = PREFIXES.map((one) => one.exec(sentence)?.[0]).find((found) => found !== undefined);
    if (prefix === undefined) break;
    sentence = sentence.slice(prefix.length);
  }
  return sentence.trimEnd();
}

/** The start of a sentence up to where a provider might repeat a request. */
export function plainHead(sentence: string): string {
  return PLAIN.exec(sentence.slice(0, MAX_HEAD_CHARS))?.[0] ?? '';
}
