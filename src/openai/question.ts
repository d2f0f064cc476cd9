import type { ChatMessage, UserMessage } from '../providers/completion.js';

/** Nothing to read but images. */
const IMAGES_ONLY = '[image]';

/**
 * What the user says now: the user messages since the last answer, or, while tools are at work, those that set them to
 * work. A conversation without any has its last message for a question.
 */
export function newMessages(messages: readonly ChatMessage[]): readonly ChatMessage[] {
  const last = messages.findLastIndex(({ role }) => role === 'user');
  if (last === -1) return messages.slice(-1);
  const before = messages.findLastIndex(({ role }, index) => index < last && role !== 'user');
  return messages.slice(before + 1, last + 1);
}

/** The question as the history keeps it: the last user message. */
export function questionOf(messages: readonly ChatMessage[]): string {
  const message = messages.findLast(({ role }) => role === 'user') ?? messages.at(-1);
  if (message === undefined || isImagesOnly(message)) return IMAGES_ONLY;
  // Control characters have no business in a text that people read.
  return message.content.toWellFormed().replaceAll(/(?![\t\n\r])\p{Cc}/gu, '\uFFFD');
}

/** Whether a message shows images and says nothing. */
export function isImagesOnly(message: ChatMessage): message is UserMessage {
  return message.role === 'user' && message.parts !== undefined && message.content.trim() === '';
}
