import { Injectable } from '@nestjs/common';
import { AttemptRunner } from './attempt-runner.js';
import type { Attempt } from './attempt.js';
import { contender, race, type Contender, type FirstWords, type RaceResult } from './hedge.js';
import { HedgePolicy } from './hedge-policy.js';
import { ProviderTracker } from './provider-tracker.js';
import type { RelayPart } from './relay-part.js';
import type { RelayRun } from './relay-run.js';

/** First attempts that are hedged: where the first token is late, a second provider is asked, and who speaks first wins. */
@Injectable()
export class HedgedAttempts {
  constructor(
    private readonly attempts: AttemptRunner,
    private readonly policy: HedgePolicy,
    private readonly tracker: ProviderTracker,
  ) {}

  get enabled(): boolean {
    return this.policy.enabled;
  }

  /** The same as {@link AttemptRunner.run}, with a rival where `first` is late. */
  async run(first: Attempt, run: RelayRun): Promise<boolean> {
    const lateAfterMs = this.policy.delayMs(first.provider.name);
    const result = await race(this.#contend(first, run), lateAfterMs, () => this.#rival(run));
    const { winner, words } = result;
    try {
      for (const parts of this.#loser(result, first, run)) run.say(parts);
    } catch (fault) {
      winner.abort();
      throw fault;
    }
    this.#observe(result, first);
    return this.attempts.run(winner.attempt, resumed(words, winner.parts), run);
  }

  #observe({ winner, other }: RaceResult, first: Attempt): void {
    const { firstTokenMs, provider } = winner.attempt;
    if (firstTokenMs !== undefined) this.policy.observe(provider.name, firstTokenMs);
    // It would have taken longer still. Left out, only quick ones would be known, and the next would be late sooner.
    if (other?.contender.attempt === first && !('failed' in other))
      this.policy.observe(first.provider.name, first.elapsedMs);
  }

  #contend(attempt: Attempt, run: RelayRun): Contender {
    return contender(attempt, (signal) => this.attempts.parts(attempt, run, signal), run.signal);
  }

  #rival(run: RelayRun): Contender | undefined {
    if (run.signal.aborted || !run.trail.othersReady(this.tracker) || !this.policy.spend()) return undefined;
    const provider = run.trail.next(this.tracker);
    return provider === undefined ? undefined : this.#contend(this.attempts.begin(provider, run), run);
  }

  /** What is told of the one that lost the race, and of the winner if that is not the one readers know of. */
  *#loser({ winner, other }: RaceResult, first: Attempt, run: RelayRun): Generator<RelayPart[]> {
    if (other === undefined) return;
    const loser = other.contender.attempt;
    if (loser !== first) yield [loser.opening('hedge', { provider: first.provider.name })];
    if ('failed' in other) yield this.attempts.failed(loser, run, other.failed);
    else {
      run.trail.putBack(loser.provider);
      yield this.attempts.cancelled(loser, run);
    }
    if (loser !== first) return;
    const hedged = winner.attempt.opening('hedged', { provider: first.provider.name });
    yield ['failed' in other ? this.attempts.started(winner.attempt, run) : hedged];
  }
}

/** A contender's parts from its first words on. */
async function* resumed(words: FirstWords, parts: AsyncGenerator<RelayPart[]>): AsyncGenerator<RelayPart[]> {
  if ('failed' in words) throw words.failed;
  if (words.spoke.done === true) return;
  yield words.spoke.value;
  yield* parts;
}
