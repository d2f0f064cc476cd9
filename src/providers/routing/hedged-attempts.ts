import { setTimeout as delay } from 'node:timers/promises';
import type { Attempt } from './attempt.js';
import { cancelled, type AttemptRunner } from './attempt-runner.js';
import { Attempts } from './attempts.js';
import type { HedgeTiming } from './hedge-timing.js';
import type { RelayPart } from './relay-part.js';
import type { RelayRun } from './relay-task.js';

/** An attempt in the race for the first token; `abort` ends it and nothing else. */
interface Contender {
  readonly attempt: Attempt;
  readonly parts: AsyncGenerator<RelayPart[]>;
  /** Its first words, or its failure; always resolves after `abort`. */
  readonly first: Promise<FirstWords>;
  abort(): void;
}

type FirstWords = { readonly spoke: IteratorResult<RelayPart[]> } | { readonly failed: unknown };

/**
 * Hedges the first attempt of an answer: where its first token is late, a second provider is asked, and who speaks first
 * writes the answer. Later attempts are late already. Bound only where `HEDGE_AFTER` is set.
 */
export class HedgedAttempts extends Attempts {
  constructor(
    private readonly attempts: AttemptRunner,
    private readonly timing: HedgeTiming,
  ) {
    super();
  }

  override async run(attempt: Attempt, run: RelayRun): Promise<boolean> {
    if (run.task.pinned !== undefined || run.trail.last !== undefined) return this.attempts.run(attempt, run);
    this.attempts.open(attempt, run);
    const first = this.#contend(attempt, run);
    const late = await isLate(first, this.timing.delayMs(attempt.provider.name));
    const rival = late ? this.#rival(attempt, run) : undefined;
    const winner = rival === undefined ? first : await this.#race(first, rival, run);
    const words = await winner.first;
    const { provider, firstTokenMs } = winner.attempt;
    if (firstTokenMs !== undefined) this.timing.observe(provider.name, firstTokenMs);
    return this.attempts.follow(winner.attempt, resumed(words, winner.parts), run);
  }

  #contend(attempt: Attempt, run: RelayRun): Contender {
    const own = new AbortController();
    const parts = this.attempts.parts(attempt, run, AbortSignal.any([run.signal, own.signal]));
    const first = parts.next().then(
      (spoke): FirstWords => ({ spoke }),
      (failed: unknown): FirstWords => ({ failed }),
    );
    return { attempt, parts, first, abort: () => own.abort(new Error('another provider spoke first')) };
  }

  #rival({ request }: Attempt, run: RelayRun): Contender | undefined {
    const { signal, trail } = run;
    if (signal.aborted || !trail.othersUp() || !this.timing.spend()) return undefined;
    const next = trail.next();
    return next === undefined ? undefined : this.#contend(trail.start(next, request), run);
  }

  /** The first of the two to speak wins, and the other is aborted. One that fails leaves the other alone in the race. */
  async #race(first: Contender, rival: Contender, run: RelayRun): Promise<Contender> {
    const ahead = await Promise.race([first.first.then(() => first), rival.first.then(() => rival)]);
    const behind = ahead === first ? rival : first;
    const words = await ahead.first;
    const [winner, loser] = 'failed' in words ? [behind, ahead] : [ahead, behind];
    if (loser === behind) loser.abort();
    await behind.first;
    try {
      if (loser === rival) this.#rivalLost(first, rival, words, run);
      else this.#firstLost(first, rival, words, run);
    } catch (fault) {
      winner.abort();
      throw fault;
    }
    return winner;
  }

  /** Readers never knew of the rival. */
  #rivalLost(first: Contender, rival: Contender, words: FirstWords, run: RelayRun): void {
    const how = this.#outcome(rival, words, run);
    run.task.say([rival.attempt.lose(first.attempt.provider.name, how)]);
  }

  /** Readers were told of the first one: the rival takes over from it. */
  #firstLost(first: Contender, rival: Contender, words: FirstWords, run: RelayRun): void {
    const { attempt } = first;
    const how = this.#outcome(first, words, run);
    run.task.say([attempt.close(how)]);
    if (how.outcome === 'failed') return this.attempts.open(rival.attempt, run);
    run.task.say([rival.attempt.open('hedged', { provider: attempt.provider.name })]);
    // It would have taken longer still. Left out, only quick ones would be known, and the next would be late sooner.
    this.timing.observe(attempt.provider.name, attempt.elapsedMs);
  }

  /** @param words of whoever was ahead: a failure of its own makes it the loser */
  #outcome({ attempt }: Contender, words: FirstWords, run: RelayRun): ReturnType<AttemptRunner['fail']> {
    if ('failed' in words) return this.attempts.fail(attempt, run, words.failed);
    run.trail.putBack(attempt.candidate);
    return cancelled(run);
  }
}

/** Whether the first words take longer than `afterMs`; undefined: they never do. */
async function isLate({ first }: Contender, afterMs: number | undefined): Promise<boolean> {
  if (afterMs === undefined) return false;
  const timer = new AbortController();
  const late = delay(afterMs, true, { signal: timer.signal }).catch(() => true);
  const isLate = await Promise.race([first.then(() => false), late]);
  timer.abort();
  return isLate;
}

/** A contender's parts from its first words on. */
async function* resumed(words: FirstWords, parts: AsyncGenerator<RelayPart[]>): AsyncGenerator<RelayPart[]> {
  if ('failed' in words) throw words.failed;
  if (words.spoke.done === true) return;
  yield words.spoke.value;
  yield* parts;
}
