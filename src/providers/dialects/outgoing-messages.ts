import type { ChatMessage } from '../completion.js';
import type { OutgoingMessage } from './dialect.js';

/**
 * Messages in an order that every provider takes: empty ones left out, neighbours of one role made one (DeepSeek,
 * Mistral and many chat templates want the roles to alternate), and no half of a surrogate pair (no JSON parser but
 * JavaScript's takes it).
 */
export function outgoingMessages(messages: readonly ChatMessage[]): OutgoingMessage[] {
  const outgoing: OutgoingMessage[] = [];
  for (const { role, content } of messages) {
    if (content.trim() === '') continue;
    const last = outgoing.at(-1);
    if (last?.role === role) last.content += `\n\n${content.toWellFormed()}`;
    else outgoing.push({ role, content: content.toWellFormed() });
  }
  return outgoing;
}

/** A text that was cut off, without the half character it may end in. */
export function wholeCodePoints(text: string): string {
  return /[\uD800-\uDBFF]$/.test(text) ? text.slice(0, -1) : text;
}
