import type { ChatProvider } from '../chat-provider.js';

/** Asks for one token; rejects with the provider's failure. */
export async function probe(provider: ChatProvider, signal: AbortSignal): Promise<void> {
  const request = { messages: [{ role: 'user' as const, content: 'ping' }], maxTokens: 1 };
  const stream = provider.chatCompletionStream(request, signal);
  while (!(await stream.next()).done);
}
