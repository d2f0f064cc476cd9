import { describe, expect, it } from '@jest/globals';
import type { ChatMessage } from '../../../../src/providers/completion.js';
import { countableMessages, imageTokens } from '../../../../src/providers/tokens/countable-prompt.js';

const QUESTION: ChatMessage = { role: 'user', content: 'When is low tide?' };
const CALLED: ChatMessage = {
  role: 'assistant',
  content: 'One moment. ',
  reasoning: 'I have to look. ',
  toolCalls: [{ id: 'a', name: 'tide', arguments: '{"port":"Brest"}' }],
};

describe('what is counted of a request', () => {
  it('is a chat as it stands', () => {
    const messages = [QUESTION];
    expect(countableMessages({ messages })).toBe(messages);
  });

  it('includes tools that were offered and called, with the reasoning before them', () => {
    const tools = [{ name: 'tide', description: 'When the tide is low.' }];
    const [told, question, called] = countableMessages({ messages: [QUESTION, CALLED], options: { tools } });
    expect(told).toMatchObject({ role: 'system', content: expect.stringContaining('When the tide is low.') });
    expect(question).toBe(QUESTION);
    expect(called?.content).toBe('I have to look. One moment. tide({"port":"Brest"})\n');
  });

  it('includes a schema, but not plain JSON mode', () => {
    const of = (responseFormat: { type: 'json_object' } | { type: 'json_schema'; name: string }) =>
      countableMessages({ messages: [QUESTION], options: { responseFormat } });
    expect(of({ type: 'json_object' })).toHaveLength(1);
    expect(of({ type: 'json_schema', name: 'tide' })).toHaveLength(2);
  });

  it('includes a constant for each image', () => {
    const parts = [
      { type: 'image' as const, url: 'https://x.y' },
      { type: 'text' as const, text: 'What is it?' },
    ];
    const messages: ChatMessage[] = [{ role: 'user', content: 'What is it?', parts }];
    expect(imageTokens({ messages, options: {} })).toBeGreaterThan(100);
    expect(imageTokens({ messages: [QUESTION], options: {} })).toBe(0);
  });
});
