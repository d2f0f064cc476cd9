import { createHash } from 'node:crypto';
import type { AssistantMessage, ChatMessage, ContentPart, ToolCall, UserMessage } from '../completion.js';

/** OpenAI takes at most 40 characters, others no other characters than these. */
const USUAL = /^[A-Za-z0-9_-]{1,40}$/;
const NINE_ALPHANUMERICS = /^[A-Za-z0-9]{9}$/;

/** A message as it goes out; `prefix` asks to be continued. */
export interface OutgoingMessage {
  role: ChatMessage['role'];
  content: string | object[] | null;
  prefix?: true;
  tool_calls?: object[];
  tool_call_id?: string;
  reasoning?: string;
  reasoning_content?: string;
}

/** What a provider requires of messages about tools; absent: the usual. */
export interface MessageRules {
  /** The only shape of a tool call's id that it accepts. */
  readonly toolCallIds?: 'nine-alphanumerics';
  /** Under which name the reasoning before tool calls goes back. Absent: it doesn't. */
  readonly reasoningField?: 'reasoning' | 'reasoning_content';
  /** An assistant message between tool results and a question, where one is required. */
  readonly betweenResultAndQuestion?: string;
}

/**
 * Messages in an order that every provider takes. Empty ones are left out. Neighbours of one role are joined, since
 * DeepSeek, Mistral and many chat templates want roles to alternate. No half of a surrogate pair is sent: only JavaScript's
 * JSON parser takes it. Tool calls and their results stay apart, each with its id.
 */
export function outgoingMessages(messages: readonly ChatMessage[], rules: MessageRules = {}): OutgoingMessage[] {
  const outgoing: OutgoingMessage[] = [];
  for (const message of messages) {
    const last = outgoing.at(-1);
    if (isBlank(message)) continue;
    if (message.role === 'user' && last?.role === 'tool' && rules.betweenResultAndQuestion !== undefined)
      outgoing.push({ role: 'assistant', content: rules.betweenResultAndQuestion });
    const next = outgoingMessage(message, rules);
    if (last === undefined || !isMore(last, next)) outgoing.push(next);
    else append(last, next.content);
  }
  return outgoing;
}

/** Without the half of a surrogate pair that a text which was cut off may end in. */
export function wholeCodePoints(text: string): string {
  return /[\uD800-\uDBFF]$/.test(text) ? text.slice(0, -1) : text;
}

/** A tool may return nothing: its call must still be answered. */
function isBlank(message: ChatMessage): boolean {
  if (message.content.trim() !== '' || message.role === 'tool') return false;
  if (message.role === 'user') return message.parts === undefined;
  return message.role === 'system' || message.toolCalls === undefined;
}

function isMore(last: OutgoingMessage, next: OutgoingMessage): boolean {
  const aboutTools = (message: OutgoingMessage) => message.role === 'tool' || message.tool_calls !== undefined;
  return last.role === next.role && !aboutTools(last) && !aboutTools(next);
}

/** In place: two thousand messages of one role, copied at each, would take seconds. */
function append(last: OutgoingMessage, more: OutgoingMessage['content']): void {
  if (typeof last.content === 'string' && typeof more === 'string') {
    last.content = `${last.content}\n\n${more}`;
    return;
  }
  const parts = partsOf(last.content);
  for (const part of partsOf(more)) parts.push(part);
  last.content = parts;
}

function partsOf(content: OutgoingMessage['content']): object[] {
  return typeof content === 'string' ? [{ type: 'text', text: content }] : (content ?? []);
}

function outgoingMessage(message: ChatMessage, rules: MessageRules): OutgoingMessage {
  const { role } = message;
  const content = message.content.toWellFormed();
  switch (message.role) {
    case 'system':
      return { role, content };
    case 'user':
      return { role, content: userContent(message) ?? content };
    case 'assistant':
      if (message.toolCalls === undefined) return { role, content };
      return { role, content: content === '' ? null : content, ...toolFields(message, message.toolCalls, rules) };
    case 'tool':
      return { role, content, tool_call_id: toolCallId(message.toolCallId, rules.toolCallIds) };
  }
}

function userContent({ parts }: UserMessage): object[] | undefined {
  return parts?.map((part: ContentPart) =>
    part.type === 'text'
      ? { type: 'text', text: part.text.toWellFormed() }
      : { type: 'image_url', image_url: { url: part.url, ...(part.detail && { detail: part.detail }) } },
  );
}

function toolFields(
  { reasoning }: AssistantMessage,
  calls: readonly ToolCall[],
  { toolCallIds, reasoningField }: MessageRules,
): Pick<OutgoingMessage, 'tool_calls' | 'reasoning' | 'reasoning_content'> {
  return {
    tool_calls: calls.map((call) => ({
      id: toolCallId(call.id, toolCallIds),
      type: 'function',
      function: { name: call.name, arguments: call.arguments.toWellFormed() },
    })),
    ...(reasoning === undefined || reasoningField === undefined ? {} : { [reasoningField]: reasoning.toWellFormed() }),
  };
}

/**
 * The id of a tool call in a shape that the provider accepts. An id of another shape becomes one of our own, always the
 * same, so that one provider's call can be answered at another.
 */
function toolCallId(id: string, shape?: 'nine-alphanumerics'): string {
  if (shape === 'nine-alphanumerics') return NINE_ALPHANUMERICS.test(id) ? id : digest(id, 9);
  return USUAL.test(id) ? id : `call_${digest(id, 24)}`;
}

function digest(id: string, length: number): string {
  const letters = createHash('sha512')
    .update(id)
    .digest('base64')
    .replaceAll(/[^A-Za-z0-9]/g, '');
  return letters.slice(0, length);
}
