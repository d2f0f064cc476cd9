import type { IncomingHttpHeaders } from 'node:http';

/** No hint takes a provider away for longer. */
const MAX_MS = 24 * 60 * 60 * 1000;

/** The longest header or duration that is read. */
const MAX_HINT_CHARS = 64;

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/**
 * How long a provider asked to be left alone, in milliseconds: by `retry-after-ms`, `retry-after` (seconds or a date), on
 * a 429 the reset of whichever limit is used up, else by the words of its messages. Undefined where it gave no hint.
 */
export function retryAfterMs(
  status: number | undefined,
  headers: IncomingHttpHeaders,
  messages: readonly string[],
): number | undefined {
  const hints = [
    () => Number(one(headers, 'retry-after-ms') ?? Number.NaN),
    () => fromRetryAfter(one(headers, 'retry-after'), one(headers, 'date')),
    () => (status === 429 ? fromResets(headers) : Number.NaN),
    ...messages.map((message) => () => fromMessage(message)),
  ];
  for (const hint of hints) {
    const ms = Math.ceil(hint());
    if (ms > 0) return Math.min(ms, MAX_MS);
  }
  return undefined;
}

/** A Go duration (`2m59.56s`, `130ms`) in milliseconds; NaN for anything else. */
export function durationMs(text: string): number {
  if (text.length > MAX_HINT_CHARS) return Number.NaN;
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|[smhd])/g)];
  if (parts.length === 0 || parts.map(([part]) => part).join('') !== text) return Number.NaN;
  return parts.reduce((sum, [, amount, unit = '']) => sum + Number(amount) * (UNITS[unit] ?? Number.NaN), 0);
}

function fromRetryAfter(value: string | undefined, date: string | undefined): number {
  if (value === undefined) return Number.NaN;
  if (/^\d+(\.\d+)?$/.test(value)) return Number(value) * 1_000;
  const now = Date.parse(date ?? '');
  return Date.parse(value) - (Number.isNaN(now) ? Date.now() : now);
}

/** `x-ratelimit-reset-tokens` counts where `x-ratelimit-remaining-tokens` is 0; of several the longest. */
function fromResets(headers: IncomingHttpHeaders): number {
  let longest = Number.NaN;
  for (const name of Object.keys(headers)) {
    const kind = /^(x-ratelimit|ratelimit\w*)-reset(.*)$/.exec(name);
    if (kind === null) continue;
    const remaining = one(headers, `${kind[1] ?? ''}-remaining${kind[2] ?? ''}`);
    const ms = resetMs(one(headers, name) ?? '');
    if (remaining === '0' && !(ms <= longest)) longest = ms;
  }
  return longest;
}

/** A duration, seconds, or a moment in seconds or milliseconds since 1970. */
function resetMs(value: string): number {
  if (!/^\d+(\.\d+)?$/.test(value)) return durationMs(value);
  const number = Number(value);
  if (number > 1e12) return number - Date.now();
  return number > 1e9 ? number * 1_000 - Date.now() : number * 1_000;
}

const AMOUNT = '\\d[\\d.]{0,15} ?[a-z]{1,12}';
const COME_BACK = new RegExp(`(?:try again|retry) (?:in|after) (${AMOUNT}(?: ?${AMOUNT}){0,3})`, 'i');
/** A model's name may be the caller's. */
const QUOTED = /`[^`\n]{0,200}`|"[^"\n]{0,200}"/g;
/** Where a server starts to repeat what it was sent. */
const REPETITION = /['[{<=]/;
/** Words may be a caller's: they take a provider away for at most six hours. */
const MAX_MS_OF_WORDS = 21_600_000;

/** "Please try again in 9m38.016s", "retry after 10 seconds", before anything that may be the caller's. */
function fromMessage(message: string): number {
  const [own = ''] = message.replaceAll(QUOTED, '').split(REPETITION, 1);
  const found = COME_BACK.exec(own)?.[1];
  if (found === undefined) return Number.NaN;
  const short = found
    .toLowerCase()
    .replace(
      /(?<![\d.])(\d[\d.]*) ?(milliseconds?|seconds?|secs?|minutes?|mins?|hours?|hrs?|days?)\b/g,
      (_, amount: string, unit: string) => amount + (unit.startsWith('mil') ? 'ms' : unit.charAt(0)),
    )
    .replaceAll(/\s/g, '');
  return Math.min(durationMs(/^(?:\d+(?:\.\d+)?(?:ms|[smhd]))+/.exec(short)?.[0] ?? ''), MAX_MS_OF_WORDS);
}

function one(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  const first = Array.isArray(value) ? value[0] : value;
  return first === undefined || first.length > MAX_HINT_CHARS ? undefined : first.trim();
}
