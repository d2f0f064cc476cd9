import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { conversation } from '../../../../src/chat/answering/conversation.js';

const user = (content: string) => ({ role: 'user' as const, content });
const assistant = (content: string) => ({ role: 'assistant' as const, content });

describe('conversation', () => {
  it('is the system prompt, the session so far, and the question', () => {
    expect(conversation('Be brief.', [user('Hi'), assistant('Hello!')], 'Why is the sky blue?')).toEqual([
      { role: 'system', content: 'Be brief.' },
      user('Hi'),
      assistant('Hello!'),
      user('Why is the sky blue?'),
    ]);
  });

  it('has no system message where there is no prompt', () => {
    expect(conversation(undefined, [], 'Hi')).toEqual([user('Hi')]);
    expect(conversation('', [], 'Hi')).toEqual([user('Hi')]);
  });

  it('joins questions that were never answered, so that the roles alternate', () => {
    expect(conversation(undefined, [user('One'), user('Two')], 'Three')).toEqual([user('One\n\nTwo\n\nThree')]);
  });

  it('leaves out an answer whose question fell out of the window', () => {
    expect(conversation('Be brief.', [assistant('Old'), user('Hi'), assistant('Hello!')], 'Why?')).toEqual([
      { role: 'system', content: 'Be brief.' },
      user('Hi'),
      assistant('Hello!'),
      user('Why?'),
    ]);
  });

  it('does not change the history that it is given', () => {
    const history = [user('One'), user('Two')];
    conversation(undefined, history, 'Three');
    expect(history).toEqual([user('One'), user('Two')]);
  });

  it('always begins with a question, alternates, ends with the question, and loses no question', () => {
    const message = fc.record({ role: fc.constantFrom('user' as const, 'assistant' as const), content: fc.string() });
    fc.assert(
      fc.property(fc.array(message), fc.string({ minLength: 1 }), (history, question) => {
        const messages = conversation(undefined, history, question);
        expect(messages.map(({ role }) => role)).toEqual(
          messages.map((_, index) => (index % 2 === 0 ? 'user' : 'assistant')),
        );
        expect(messages.at(-1)?.role).toBe('user');
        expect(messages.at(-1)?.content.endsWith(question)).toBe(true);
        const asked = messages.filter(({ role }) => role === 'user').map(({ content }) => content);
        expect(asked.join('\n\n')).toBe(
          [...history.filter(({ role }) => role === 'user').map(({ content }) => content), question].join('\n\n'),
        );
      }),
    );
  });
});
