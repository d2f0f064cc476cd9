import type { Labels } from './metrics.js';

/**
 * Handles that were bound before: binding checks the labels and looks for their series, which takes longer than
 * measuring. Bounded by the closed sets of labels.
 */
export class BoundHandles<Handle> {
  readonly #handles = new Map<string, Handle>();

  /** @param bind is called once for each set of labels of `name` */
  get(name: string, labels: Labels | undefined, bind: () => Handle): Handle {
    const key = keyOf(name, labels);
    const known = this.#handles.get(key);
    if (known !== undefined) return known;
    const handle = bind();
    this.#handles.set(key, handle);
    return handle;
  }
}

/** No name or value has a line feed in it. */
function keyOf(name: string, labels: Labels = {}): string {
  let key = name;
  for (const label in labels) key += `\n${label}=${labels[label]}`;
  return key;
}
