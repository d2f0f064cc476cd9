import { describe, expect, it } from '@jest/globals';
import type { ChatMessage } from '../../../../src/providers/completion.js';
import { outgoingMessages } from '../../../../src/providers/dialects/outgoing-messages.js';

const image = (url: string) => ({ type: 'image', url }) as const;
const text = (of: string) => ({ type: 'text', text: of }) as const;
const user = (content: string, ...parts: (ReturnType<typeof image> | ReturnType<typeof text>)[]): ChatMessage =>
  parts.length === 0 ? { role: 'user', content } : { role: 'user', content, parts };

describe('messages of one role that follow each other', () => {
  it('go out as one, with the parts of all in their order', () => {
    const messages = [user('a'), user('b', text('b'), image('https://one.io/')), user('c'), user('d')];
    expect(outgoingMessages([...messages, user('', image('https://two.io/'))])).toEqual([
      {
        role: 'user',
        content: [
          { type: 'text', text: 'a' },
          { type: 'text', text: 'b' },
          { type: 'image_url', image_url: { url: 'https://one.io/' } },
          { type: 'text', text: 'c' },
          { type: 'text', text: 'd' },
          { type: 'image_url', image_url: { url: 'https://two.io/' } },
        ],
      },
    ]);
    expect(outgoingMessages([user('a'), user('b')])).toEqual([{ role: 'user', content: 'a\n\nb' }]);
  });

  it('cost no more than their number, however many have parts', () => {
    const parts = [image('https://one.io/'), ...Array.from({ length: 12 }, () => text('a'))];
    const messages = Array.from({ length: 10_000 }, () => user('a', ...parts));
    const before = process.cpuUsage();
    const [message, ...others] = outgoingMessages(messages);
    const { user: own, system } = process.cpuUsage(before);
    expect([message?.content?.length, others]).toEqual([130_000, []]);
    expect((own + system) / 1_000).toBeLessThan(2_000);
  });
});
