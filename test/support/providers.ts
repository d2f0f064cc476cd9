import type { ChatProvider } from '../../src/providers/chat-provider.js';
import type { ChatCompletionRequest, CompletionPart } from '../../src/providers/completion.js';

type Script = (
  request: ChatCompletionRequest,
  signal: AbortSignal,
) => AsyncGenerator<CompletionPart[], void, undefined>;

/** A provider that is never to be asked. */
export function silentProvider(name: string): ChatProvider {
  return scriptedProvider(name, () => {
    throw new Error(`${name} was asked`);
  });
}

/** A provider that says what `script` says: for tests of what stands above the wire. */
export function scriptedProvider(name: string, script: Script, contextTokens = 32_768): ChatProvider {
  return {
    name,
    model: `${name}-1`,
    contextTokens: () => contextTokens,
    tokenFamily: () => 'plain',
    misfit: () => undefined,
    keyStatus: () => Promise.resolve(undefined),
    chatCompletionStream: script,
  };
}
