import type { ProviderConfig } from '../../src/config/app-config.js';
import type { ChatProvider } from '../../src/providers/chat-provider.js';
import type { ChatCompletionRequest, CompletionPart } from '../../src/providers/completion.js';
import { createProvider, type ProviderOptions } from '../../src/providers/dialects/create-provider.js';
import { FrameTicker } from '../../src/providers/upstream/frame-ticker.js';
import { ProviderError } from '../../src/providers/provider-error.js';
import { meaningOf, type Meaning } from './wire-fixtures.js';

/** A provider at this address; anything else may be said in `config` and `options`. */
export function providerAt(
  baseUrl: string,
  config: Partial<ProviderConfig> = {},
  {
    clocks,
    ...options
  }: Partial<Omit<ProviderOptions, 'clocks'>> & { clocks?: Partial<ProviderOptions['clocks']> } = {},
): ReturnType<typeof createProvider> {
  return createProvider(
    { name: 'test', dialect: 'openai', model: 'test-model', apiKey: 'canary-key', baseUrl, ...config },
    {
      proxy: { bypass: [] },
      frames: new FrameTicker(),
      ...options,
      clocks: { connectMs: 5_000, firstTokenMs: 5_000, idleMs: 5_000, ...clocks },
    },
  );
}

/** All that came of a question. */
export interface Asked extends Omit<Meaning, 'failure'> {
  /** One array per read. */
  batches: CompletionPart[][];
  /** Whatever was thrown, and that again if it is a provider's failure. */
  error: unknown;
  failure: ProviderError | undefined;
  ms: number;
}

/** One question and all that came of it; whatever was thrown is in `error`. */
export async function askProvider(
  provider: ChatProvider,
  request: Partial<ChatCompletionRequest> = {},
  signal: AbortSignal = new AbortController().signal,
  onParts: (parts: CompletionPart[]) => void = () => undefined,
): Promise<Asked> {
  const batches: CompletionPart[][] = [];
  const startedAt = performance.now();
  let error: unknown;
  try {
    const whole: ChatCompletionRequest = { messages: [{ role: 'user', content: 'Hello?' }], ...request };
    for await (const parts of provider.chatCompletionStream(whole, signal)) {
      batches.push(parts);
      onParts(parts);
    }
  } catch (thrown) {
    error = thrown;
  }
  const failure = error instanceof ProviderError ? error : undefined;
  return { ...meaningOf(batches.flat()), batches, error, failure, ms: performance.now() - startedAt };
}
