import type { Beginning } from './reading/inline-thinking.js';

/** Callers may name any model; the oldest is forgotten. */
const MOST = 100;

/** Knows of a provider's models which put their thinking into the text. What is known of one says nothing of another. */
export class ThinkingModels {
  readonly #thinks = new Map<string, boolean>();

  /** @param thought its answer began with thinking in the text; one that did may leave it out the next time */
  saw(model: string, thought: boolean): void {
    const thinks = thought || this.#thinks.get(model) === true;
    this.#thinks.delete(model);
    this.#thinks.set(model, thinks);
    for (const oldest of this.#thinks.keys()) {
      if (this.#thinks.size <= MOST) break;
      this.#thinks.delete(oldest);
    }
  }

  /** How the rest of an answer begins: a model that answered without such thinking means a tag as text. */
  beginningOfRest(model: string): Beginning {
    return this.#thinks.get(model) === false ? 'text' : 'continued';
  }
}
