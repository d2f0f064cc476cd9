import { isRecord } from './conversation.js';
import { sampleJson } from './sample-json.js';

/** The JSON that replaces `text`; undefined where the request doesn't ask for JSON. */
export function jsonAnswer(body: Record<string, unknown>, question: string, text: string): string | undefined {
  const format = body.response_format;
  if (!isRecord(format)) return undefined;
  // Clients look for code blocks, in strings too.
  if (format.type === 'json_object') return isJson(text) ? text : JSON.stringify({ answer: text.replaceAll('`', '') });
  const described = format.json_schema;
  if (format.type !== 'json_schema' || !isRecord(described)) return undefined;
  return JSON.stringify(sampleJson(described.schema, question));
}

/** A text up to the first of the request's stop sequences. */
export function untilStop(body: Record<string, unknown>, text: string): string {
  const stops: readonly unknown[] = Array.isArray(body.stop) ? body.stop : [body.stop];
  const ends = stops
    .filter((stop) => typeof stop === 'string' && stop !== '')
    .map((stop) => text.indexOf(stop as string))
    .filter((end) => end !== -1);
  return text.slice(0, Math.min(text.length, ...ends));
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
