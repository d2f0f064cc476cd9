import type { Dialect } from './dialect.js';

/** Models come from callers, too: the one that was kept longest ago makes room. */
const MAX_MODELS = 100;

/** How each model of a provider is to be asked, as far as that is other than usual. */
export class AdaptedDialects {
  readonly #byModel = new Map<string, Dialect>();

  constructor(private readonly usual: Dialect) {}

  of(model: string): Dialect {
    return this.#byModel.get(model) ?? this.usual;
  }

  /** The model answered what was asked in this way. */
  keep(model: string, dialect: Dialect): void {
    if (dialect === this.usual || this.#byModel.get(model) === dialect) return;
    this.#byModel.set(model, dialect);
    const [oldest] = this.#byModel.keys();
    if (this.#byModel.size > MAX_MODELS && oldest !== undefined) this.#byModel.delete(oldest);
  }
}
