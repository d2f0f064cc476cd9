import { Injectable } from '@nestjs/common';
import { askable, Router, type Candidate, type RoutingQuestion } from './router.js';

/**
 * One provider per request, in turn. The turn passes to the next provider that is up after the one selected last. So it
 * is exact under concurrency (nothing awaits here), and exact among the rest while one is away.
 */
@Injectable()
export class RoundRobinRouter extends Router {
  #lastSelected = -1;

  override order({ candidates }: RoutingQuestion): readonly Candidate[] {
    const [selected] = askable(startingAt(candidates, this.#lastSelected + 1));
    if (selected === undefined) return [];
    this.#lastSelected = candidates.indexOf(selected);
    return askable(startingAt(candidates, this.#lastSelected));
  }
}

function startingAt<T>(list: readonly T[], index: number): T[] {
  return [...list.slice(index), ...list.slice(0, index)];
}
