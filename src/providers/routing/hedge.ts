import { setTimeout as delay } from 'node:timers/promises';
import type { Attempt } from './attempt.js';
import type { RelayPart } from './relay-part.js';

/** An attempt that has been begun; `abort` ends it and nothing else. */
export interface Contender {
  readonly attempt: Attempt;
  readonly parts: AsyncGenerator<RelayPart[]>;
  /** Its first words, or its failure; always settles after `abort`. */
  readonly first: Promise<FirstWords>;
  abort(): void;
}

export type FirstWords = { readonly spoke: IteratorResult<RelayPart[]> } | { readonly failed: unknown };

/** Who speaks, with its first words; and who was asked besides and lost, or failed before anyone spoke. */
export interface RaceResult {
  readonly winner: Contender;
  readonly words: FirstWords;
  readonly other?: { readonly contender: Contender; readonly failed?: unknown };
}

/** Begins an attempt under `signal`: its request is sent at once. */
export function contender(
  attempt: Attempt,
  open: (signal: AbortSignal) => AsyncGenerator<RelayPart[]>,
  signal: AbortSignal,
): Contender {
  const own = new AbortController();
  const parts = open(AbortSignal.any([signal, own.signal]));
  const first = parts.next().then(
    (spoke): FirstWords => ({ spoke }),
    (failed: unknown): FirstWords => ({ failed }),
  );
  return { attempt, parts, first, abort: () => own.abort(new Error('another provider spoke first')) };
}

/**
 * Waits for `first` to speak; if it is late, `second` is asked too, and the first of the two to speak wins. The loser
 * is aborted. A contender that fails leaves the other one alone in the race.
 * @param lateAfterMs undefined: it never is
 */
export async function race(
  first: Contender,
  lateAfterMs: number | undefined,
  second: () => Contender | undefined,
): Promise<RaceResult> {
  if (lateAfterMs === undefined) return { winner: first, words: await first.first };
  const patience = new AbortController();
  const late = delay(lateAfterMs, 'late' as const, { signal: patience.signal }).catch(() => 'late' as const);
  const early = await Promise.race([first.first, late]);
  patience.abort();
  if (early !== 'late') return { winner: first, words: early };
  const rival = second();
  if (rival === undefined) return { winner: first, words: await first.first };
  const [ahead, behind, words] = await Promise.race([
    first.first.then((said) => [first, rival, said] as const),
    rival.first.then((said) => [rival, first, said] as const),
  ]);
  if ('failed' in words) {
    return { winner: behind, words: await behind.first, other: { contender: ahead, failed: words.failed } };
  }
  behind.abort();
  await behind.first;
  return { winner: ahead, words, other: { contender: behind } };
}
