/** Callers may name any model: the one that was set longest ago is forgotten. */
const MAX_MODELS = 100;

/** What was learned of each model of a provider. What is known of one says nothing of another. */
export class ModelMemory<T> {
  readonly #byModel = new Map<string, T>();

  get(model: string): T | undefined {
    return this.#byModel.get(model);
  }

  set(model: string, value: T): void {
    this.#byModel.delete(model);
    this.#byModel.set(model, value);
    const [oldest] = this.#byModel.keys();
    if (this.#byModel.size > MAX_MODELS && oldest !== undefined) this.#byModel.delete(oldest);
  }
}
