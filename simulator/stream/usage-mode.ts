import type { Chunk, JsonObject } from '../dialects/dialect.js';
import type { UsageMode } from '../faults/fault-spec.js';

/** The chunks of an answer with their usage misreported in the way of `mode`. */
export function* withUsage(
  chunks: Iterable<Chunk>,
  mode: UsageMode,
  promptTokens: number,
): Generator<Chunk, void, undefined> {
  let completionTokens = 0;
  for (const chunk of chunks) {
    completionTokens += chunk.reasoning + chunk.text;
    if (chunk.closing) yield* closings(chunk, mode);
    else if (mode === 'growing' && chunk.text + chunk.reasoning > 0) {
      const usage = {
        prompt_tokens: promptTokens,
        completion_tokens: completionTokens,
        total_tokens: promptTokens + completionTokens,
      };
      yield { ...chunk, data: { ...chunk.data, usage } };
    } else yield chunk;
  }
}

function* closings(chunk: Chunk, mode: UsageMode): Generator<Chunk, void, undefined> {
  const usage = chunk.data.usage;
  const apart = { data: { ...chunk.data, choices: [], usage }, reasoning: 0, text: 0 };
  switch (mode) {
    case 'growing':
      yield chunk;
      return;
    case 'duplicate':
      yield chunk;
      yield apart;
      return;
    case 'separate':
      yield { ...chunk, data: replaceUsage(chunk.data, () => undefined) };
      yield apart;
      return;
    case 'absent':
      yield { ...chunk, data: replaceUsage(chunk.data, () => undefined) };
      return;
    case 'null':
      yield { ...chunk, data: replaceUsage(chunk.data, () => null) };
      return;
    case 'zero':
      yield { ...chunk, data: replaceUsage(chunk.data, zeroed) };
  }
}

/** Replaces usage at the top and in `x_groq`; an undefined one is left out by JSON. */
function replaceUsage(data: JsonObject, replace: (usage: unknown) => unknown): JsonObject {
  const inner = data.x_groq;
  const result: JsonObject = { ...data, usage: replace(data.usage) };
  if (typeof inner === 'object' && inner !== null && 'usage' in inner) {
    result.x_groq = { ...inner, usage: replace(inner.usage) };
  }
  return result;
}

function zeroed(value: unknown): unknown {
  if (typeof value === 'number') return 0;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, zeroed(inner)]));
}
