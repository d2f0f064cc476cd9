import type { ChatProvider } from '../chat-provider.js';

/** A provider that is told to say one token and goes on for so long is not at work again. */
const LONGEST_MS = 60_000;

/** Asks for one token; rejects with the provider's failure. */
export async function probe(provider: ChatProvider, signal: AbortSignal): Promise<void> {
  const request = { messages: [{ role: 'user' as const, content: 'ping' }], maxTokens: 1 };
  const bounded = AbortSignal.any([signal, AbortSignal.timeout(LONGEST_MS)]);
  const stream = provider.chatCompletionStream(request, bounded);
  while (!(await stream.next()).done);
}
