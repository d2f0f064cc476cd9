import type { ContextMessage } from '../../history/history-store.js';
import type { ChatMessage } from '../../providers/completion.js';

/** What a provider is sent: system prompt, the session so far, the question. Answers that never came leave no gap. */
export function conversation(
  systemPrompt: string | undefined,
  history: readonly ContextMessage[],
  question: string,
): ChatMessage[] {
  const messages: ChatMessage[] = systemPrompt ? [{ role: 'system', content: systemPrompt }] : [];
  for (const { role, content } of [...history, { role: 'user' as const, content: question }]) {
    const last = messages.at(-1);
    // Two questions in a row (the first was never answered) would break the order rules of some providers.
    if (last?.role === role) messages[messages.length - 1] = { role, content: `${last.content}\n\n${content}` };
    else if (role === 'user' || last?.role === 'user') messages.push({ role, content });
  }
  return messages;
}
