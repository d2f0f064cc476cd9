import { describe, expect, it } from '@jest/globals';
import { toJson, toMarkdown } from '../../../../client/src/chat/export.js';
import type { Message } from '../../../../src/wire/message.js';

const messages: Message[] = [
  { id: 'q', role: 'user', content: 'Why?', created_at: '2026-01-01T00:00:00Z', status: 'complete' },
  {
    id: 'a',
    role: 'assistant',
    content: 'Because\n',
    created_at: '2026-01-01T00:00:01Z',
    status: 'stopped',
    provider: 'groq',
    model: 'm1',
    tokens: 12,
    accurate: false,
  },
];

describe('an exported session', () => {
  it('is readable Markdown that says who wrote each answer and how it ended', () => {
    expect(toMarkdown('Title', messages)).toBe(
      '# Title\n\n## You\n\nWhy?\n\n## groq · m1 · EST 12 tokens · stopped\n\nBecause\n',
    );
  });

  it('is complete as JSON', () => {
    expect(JSON.parse(toJson('s', 'Title', messages))).toEqual({ session_id: 's', title: 'Title', messages });
  });
});
