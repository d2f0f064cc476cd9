import type { ProviderMisfit } from './failure-messages.js';
import type { ProviderTracker } from './provider-tracker.js';
import { isEligible, type Candidate, type Router, type RoutingQuestion } from './router.js';

export interface RouteRequest extends Omit<RoutingQuestion, 'candidates'> {
  /** Only this provider, whatever its health. */
  readonly pinned?: string;
}

/** Which providers one answer may ask, in the router's order. */
export class Route {
  /** Whom the first round asks, in this order. */
  readonly first: readonly Candidate[];
  /** Whom later rounds may ask: everybody who fits and is allowed, those of the first round before the others. */
  readonly eligible: readonly Candidate[];
  /** Who is passed over, since it is known not to take the request. */
  readonly misfits: readonly ProviderMisfit[];

  constructor(
    private readonly router: Router,
    private readonly tracker: ProviderTracker,
    private readonly asked: RouteRequest,
  ) {
    const { request, pinned } = asked;
    const misfits: ProviderMisfit[] = [];
    const candidates = tracker.providers.flatMap((provider): Candidate[] => {
      const { name, model } = provider;
      if (pinned !== undefined && pinned !== name) return [];
      const misfit = provider.misfit(request);
      if (misfit !== undefined) misfits.push({ provider: name, ...misfit });
      const health = tracker.healthOf(name);
      return [{ provider, model: request.model ?? model, health, fits: misfit === undefined, allowed: true }];
    });
    this.misfits = misfits;
    this.first = (pinned === undefined ? router.order({ ...asked, candidates }) : candidates).filter(isEligible);
    this.eligible = [...new Set([...this.first, ...candidates.filter(isEligible)])];
  }

  get pinned(): boolean {
    return this.asked.pinned !== undefined;
  }

  /** The router's order of those `left`, by their health now. */
  reorder(left: readonly Candidate[]): readonly Candidate[] {
    return this.router.reorder({ ...this.asked, candidates: left });
  }

  healthNow({ provider }: Candidate): Candidate['health'] {
    return this.tracker.healthOf(provider.name);
  }

  /** Milliseconds until the first of `candidates` that rests may be asked again; undefined where none rests. */
  soonestRetryMs(candidates = this.eligible): number | undefined {
    return this.tracker.soonestRetryMs(candidates.map(({ provider }) => provider.name));
  }
}
