import type { AppConfig } from '../../config/app-config.js';

/** Of all answers at most this share asks a second provider, whatever happens: hedging must not double the load. */
const SHARE = 0.1;
const LARGEST_BUDGET = 10;
const SAMPLES = 200;
const MIN_SAMPLES = 20;

/** When a second provider is asked because the first is late with its first token. */
export class HedgeTiming {
  /** The latest first tokens of each provider, by its name. */
  readonly #firstTokens = new Map<string, { readonly ms: number[]; next: number }>();
  #budget = 1;

  constructor(private readonly after: Exclude<AppConfig['relay']['hedgeAfter'], 'off'>) {}

  /** An answer starts at `provider`: after how many ms it may hedge; undefined: it may not. */
  delayMs(provider: string): number | undefined {
    this.#budget = Math.min(this.#budget + SHARE, LARGEST_BUDGET);
    return this.after === 'p95' ? this.#p95(provider) : this.after;
  }

  /** Takes one hedge out of the budget, if there is one. */
  spend(): boolean {
    if (this.#budget < 1) return false;
    this.#budget--;
    return true;
  }

  /** What `provider` took for its first token, or at least would have taken. */
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
