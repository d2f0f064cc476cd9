import { Inject, Injectable } from '@nestjs/common';
import { APP_CONFIG, type AppConfig } from '../../config/app-config.js';

/** Of all answers at most this share asks a second provider, whatever happens: hedging must not double the load. */
const SHARE = 0.1;
const LARGEST_BUDGET = 10;
const SAMPLES = 200;
const MIN_SAMPLES = 20;

/** When a second provider is asked because the first is late with its first token; `HEDGE_AFTER` turns it on. */
@Injectable()
export class HedgePolicy {
  readonly #after: AppConfig['relay']['hedgeAfter'];
  /** The latest of each provider, by its name. */
  readonly #firstTokens = new Map<string, { readonly ms: number[]; next: number }>();
  #budget = 1;

  constructor(@Inject(APP_CONFIG) { relay }: AppConfig) {
    this.#after = relay.hedgeAfter;
  }

  get enabled(): boolean {
    return this.#after !== 'off';
  }

  /** An answer begins at `provider`: after how many ms it may hedge; undefined: not this one. */
  delayMs(provider: string): number | undefined {
    if (this.#after === 'off') return undefined;
    this.#budget = Math.min(this.#budget + SHARE, LARGEST_BUDGET);
    return this.#after === 'p95' ? this.#p95(provider) : this.#after;
  }

  /** Takes one hedge out of the budget, if there is one. */
  spend(): boolean {
    if (this.#budget < 1) return false;
    this.#budget--;
    return true;
  }

  /** What `provider` took for its first token, or more than which it would have taken. */
  observe(provider: string, firstTokenMs: number): void {
    const samples = this.#firstTokens.get(provider) ?? { ms: [], next: 0 };
    this.#firstTokens.set(provider, samples);
    samples.ms[samples.next++ % SAMPLES] = firstTokenMs;
  }

  #p95(provider: string): number | undefined {
    const { ms } = this.#firstTokens.get(provider) ?? { ms: [] };
    if (ms.length < MIN_SAMPLES) return undefined;
    const sorted = ms.toSorted((a, b) => a - b);
    return sorted[Math.floor(sorted.length * 0.95)];
  }
}
