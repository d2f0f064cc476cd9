export type JsonObject = Readonly<Record<string, unknown>>;

/** Providers put anything anywhere: nothing of theirs is believed to have a shape before it was looked at. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value of `text`, or undefined where that is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
