import type { ChatCompletionRequest, ChatMessage, ToolCall } from '../completion.js';

/** An image of about a megapixel; the real cost differs by model and size. */
const TOKENS_PER_IMAGE = 765;

/**
 * All that a model reads of a request, as text, since estimators look at the content of messages alone. Tools and schemas
 * become one more message; calls stand in the message that made them.
 */
export function countableMessages({ messages, options }: ChatCompletionRequest): readonly ChatMessage[] {
  if (options === undefined) return messages;
  const { tools, responseFormat } = options;
  const told = tools !== undefined || responseFormat?.type === 'json_schema';
  const head: ChatMessage[] = told ? [{ role: 'system', content: JSON.stringify([tools, responseFormat]) }] : [];
  return [...head, ...messages.map(countableMessage)];
}

/** What the images of a request cost, roughly. */
export function imageTokens({ messages, options }: ChatCompletionRequest): number {
  if (options === undefined) return 0;
  const parts = messages.flatMap((message) => (message.role === 'user' ? (message.parts ?? []) : []));
  return parts.filter(({ type }) => type === 'image').length * TOKENS_PER_IMAGE;
}

/** Tool calls as the text that the model wrote them in, roughly. */
export function countableCalls(calls: readonly ToolCall[]): string {
  return calls.map(({ name, arguments: given }) => `${name}(${given})\n`).join('');
}

function countableMessage(message: ChatMessage): ChatMessage {
  if (message.role !== 'assistant' || message.toolCalls === undefined) return message;
  const { role, content, reasoning = '', toolCalls } = message;
  return { role, content: reasoning + content + countableCalls(toolCalls) };
}
