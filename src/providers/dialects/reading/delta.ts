import { isObject, type JsonObject } from './json.js';

/** Receives what a delta holds, in its order. */
export interface DeltaSink {
  text(content: string): void;
  reasoning(content: string): void;
  /** Absent: tool calls are ignored. */
  toolCalls?(entries: readonly unknown[]): void;
}

/**
 * What a `delta` (or a whole `message`) holds: `content` as a string or Mistral's array, a `refusal`, reasoning under any
 * of its names, tool calls. Servers that send reasoning under two names send it twice: only one counts.
 */
export function readDelta(delta: JsonObject, sink: DeltaSink): void {
  const { reasoning, reasoning_content: reasoningContent, content, refusal } = delta;
  if (isText(reasoning)) sink.reasoning(reasoning);
  else if (isText(reasoningContent)) sink.reasoning(reasoningContent);
  else if (Array.isArray(delta['reasoning_details'])) readDetails(delta['reasoning_details'], sink);
  if (isText(content)) sink.text(content);
  else if (Array.isArray(content)) for (const item of content) readContentItem(item, sink);
  if (isText(refusal)) sink.text(refusal);
  if (sink.toolCalls !== undefined && Array.isArray(delta['tool_calls'])) sink.toolCalls(delta['tool_calls']);
}

function readContentItem(item: unknown, sink: DeltaSink): void {
  if (isText(item)) return sink.text(item);
  if (!isObject(item)) return;
  const { type, text, thinking } = item;
  if (type === 'thinking') readThinking(thinking, sink);
  else if (isText(text)) sink.text(text);
}

function readThinking(thinking: unknown, sink: DeltaSink): void {
  if (isText(thinking)) sink.reasoning(thinking);
  else if (Array.isArray(thinking)) {
    for (const item of thinking) if (isObject(item) && isText(item['text'])) sink.reasoning(item['text']);
  }
}

function readDetails(details: readonly unknown[], sink: DeltaSink): void {
  for (const detail of details) {
    if (!isObject(detail)) continue;
    if (isText(detail['text'])) sink.reasoning(detail['text']);
    else if (isText(detail['summary'])) sink.reasoning(detail['summary']);
  }
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
