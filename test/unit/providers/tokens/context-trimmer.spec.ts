import { describe, expect, it } from '@jest/globals';
import type { ChatProvider } from '../../../../src/providers/chat-provider.js';
import type { ChatMessage } from '../../../../src/providers/completion.js';
import { ContextTrimmer } from '../../../../src/providers/tokens/context-trimmer.js';
import { TokenEstimator, type TokenFamily } from '../../../../src/providers/tokens/token-estimator.js';
import { silentProvider } from '../../../support/providers.js';

/** Says what it was asked to count; a message of gpt-oss costs ten times as much. */
class Estimator extends TokenEstimator {
  readonly asked: string[] = [];

  override estimatePrompt([message]: readonly ChatMessage[], family: TokenFamily): Promise<number> {
    this.asked.push(`${family}: ${message?.content.slice(0, 10) ?? ''}`);
    return Promise.resolve(family === 'gpt-oss' ? 100 : 10);
  }

  override estimateCompletion(text: string): Promise<number> {
    return Promise.resolve(text.length / 4);
  }
}

function provider(family: TokenFamily): ChatProvider {
  return { ...silentProvider('test'), contextTokens: () => 100, tokenFamily: () => family };
}

const turns = (length: number): ChatMessage[] =>
  Array.from({ length: 4 }, (_, n) => ({ role: n % 2 === 0 ? 'user' : 'assistant', content: `${n} `.repeat(length) }));

describe('ContextTrimmer', () => {
  it('remembers a count for models of one family only', async () => {
    const estimator = new Estimator();
    const trimmer = new ContextTrimmer(estimator);
    const messages = turns(100);
    for (let again = 0; again < 2; again++) {
      expect(await trimmer.trim({ messages }, provider('plain'), 'a-model')).toHaveLength(4);
      expect(await trimmer.trim({ messages }, provider('gpt-oss'), 'a-model')).toHaveLength(1);
    }
    expect(new Set(estimator.asked).size).toBe(estimator.asked.length);
  });

  it('keeps the conversation where the answer that is continued fits by its tokens', async () => {
    const trimmer = new ContextTrimmer(new Estimator());
    const request = { messages: turns(4), partial: 'x'.repeat(200) };
    expect(await trimmer.trim(request, provider('plain'), 'a-model')).toHaveLength(4);
    const longer = { messages: turns(4), partial: 'x'.repeat(320) };
    expect(await trimmer.trim(longer, provider('plain'), 'a-model')).toHaveLength(2);
  });

  it('remembers a bounded amount of text', async () => {
    const estimator = new Estimator();
    const trimmer = new ContextTrimmer(estimator);
    const first = turns(500_000);
    await trimmer.trim({ messages: first }, provider('plain'), 'a-model');
    for (let n = 0; n < 3; n++) await trimmer.trim({ messages: turns(600_000 + n) }, provider('plain'), 'a-model');
    const before = estimator.asked.length;
    await trimmer.trim({ messages: first }, provider('plain'), 'a-model');
    expect(estimator.asked.length).toBe(before + 4);
  });
});
