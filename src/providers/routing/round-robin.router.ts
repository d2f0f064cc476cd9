import { Injectable } from '@nestjs/common';
import type { ChatProvider } from '../chat-provider.js';
import { Router, type Candidate, type Readiness } from './router.js';

/**
 * One provider per request, in turn. The turn passes to the next ready provider after the one selected last, so it is
 * exact under concurrency (nothing awaits here) and stays exact among the rest while one is away.
 */
@Injectable()
export class RoundRobinRouter extends Router {
  #lastSelected = -1;

  order(candidates: readonly Candidate[]): ChatProvider[] {
    const selected = this.#nextIndex(candidates, 'ready') ?? this.#nextIndex(candidates, 'last-resort');
    if (selected === undefined) return [];
    this.#lastSelected = selected;
    const inTurn = [...candidates.slice(selected), ...candidates.slice(0, selected)];
    return (['ready', 'last-resort'] satisfies Readiness[]).flatMap((readiness) =>
      inTurn.filter((candidate) => candidate.readiness === readiness).map((candidate) => candidate.provider),
    );
  }

  #nextIndex(candidates: readonly Candidate[], readiness: Readiness): number | undefined {
    for (let step = 1; step <= candidates.length; step++) {
      const index = (this.#lastSelected + step) % candidates.length;
      if (candidates[index]?.readiness === readiness) return index;
    }
    return undefined;
  }
}
