import type { ChatMessage, UserMessage } from '../providers/completion.js';

/** The text of a message with images alone. */
const IMAGES_ONLY = '[image]';

/**
 * The new messages: those of the user since the last answer, or, while tools run, those that made the assistant call
 * them. A conversation without any user message has its last message as question.
 */
export function newMessages(messages: readonly ChatMessage[]): readonly ChatMessage[] {
  const last = messages.findLastIndex(({ role }) => role === 'user');
  if (last === -1) return messages.slice(-1);
  const before = messages.findLastIndex(({ role }, index) => index < last && role !== 'user');
  return messages.slice(before + 1, last + 1);
}

/** The question for the history: the last user message. */
export function questionOf(messages: readonly ChatMessage[]): string {
  const message = messages.findLast(({ role }) => role === 'user') ?? messages.at(-1);
  if (message === undefined || isImagesOnly(message)) return IMAGES_ONLY;
  // People read this text: control characters are replaced.
  return message.content.toWellFormed().replaceAll(/(?![\t\n\r])\p{Cc}/gu, '\uFFFD');
}

/** Whether a message holds images and no text. */
export function isImagesOnly(message: ChatMessage): message is UserMessage {
  return message.role === 'user' && message.parts !== undefined && message.content.trim() === '';
}
