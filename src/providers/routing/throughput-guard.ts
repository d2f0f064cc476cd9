import { ProviderError } from '../provider-error.js';
import type { RelayPart } from './relay-part.js';

/** Long enough that a pause between two paragraphs is not mistaken for slowness. */
const WINDOW_MS = 10_000;
/** Of Latin text; nobody is billed by this figure. */
const CHARS_PER_TOKEN = 4;

/**
 * Fails an attempt that says fewer than `tokensPerSecond` over the last ten seconds. The idle clock covers total silence.
 * `MIN_TOKENS_PER_SECOND` turns it on.
 * @param finished whether the provider has said everything: then its pace no longer matters
 * @throws ProviderError `provider_timeout`
 */
export async function* notSlowerThan(
  tokensPerSecond: number,
  parts: AsyncIterable<RelayPart[]>,
  finished: () => boolean,
  now: () => number = () => performance.now(),
): AsyncGenerator<RelayPart[]> {
  let windowStart: number | undefined;
  let chars = 0;
  for await (const some of parts) {
    windowStart ??= now();
    for (const part of some) chars += charsOf(part);
    yield some;
    const elapsed = now() - windowStart;
    if (elapsed < WINDOW_MS || finished()) continue;
    if (chars / CHARS_PER_TOKEN < (tokensPerSecond * elapsed) / 1000) throw tooSlow(tokensPerSecond);
    windowStart = now();
    chars = 0;
  }
}

function charsOf(part: RelayPart): number {
  if (part.type === 'tool-call') return part.arguments.length;
  return part.type === 'text' || part.type === 'reasoning' ? part.text.length : 0;
}

function tooSlow(tokensPerSecond: number): ProviderError {
  const message = `Slower than ${tokensPerSecond} tokens a second.`;
  return new ProviderError({ kind: 'timeout', code: 'provider_timeout', message });
}
