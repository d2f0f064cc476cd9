import { describe, expect, it } from '@jest/globals';
import { ask, textOf, useSimulator } from '../../support/simulator.js';
import type { InstructionMode, ProviderHandle } from '../../../simulator/provider-simulator.js';

const QUESTIONS = ['a table please', 'emoji', '中文', 'python', 'count to 12', 'echo: 👍🏽 one two', 'tell me something'];

const simulator = useSimulator({ pace: 'instant', reasoning: 'never', sameAnswer: true });

const user = (content: string): object => ({ role: 'user', content });
const assistant = (content: string): object => ({ role: 'assistant', content });

async function whole(provider: ProviderHandle, question: string): Promise<string> {
  return textOf((await ask(provider, question)).body);
}

/** Some code point boundaries spread over a text, its ends included. */
function cuts(text: string): number[] {
  const points = Array.from(text);
  const step = Math.max(1, Math.floor(points.length / 9));
  return points.flatMap((_, index) =>
    index > 0 && index % step === 0 ? [points.slice(0, index).join('').length] : [],
  );
}

async function instructed(question: string, partial: string): Promise<string> {
  const tail = Array.from(partial).slice(-32).join('');
  const instruction = `Your answer was cut off. Continue it exactly where it stops; begin by repeating: ${tail}`;
  const messages = [
    { role: 'system', content: 'x' },
    user('earlier'),
    assistant('before'),
    user(question),
    assistant(partial),
    user(instruction),
  ];
  return textOf((await ask(simulator.groq, '', { messages })).body);
}

describe('with sameAnswer', () => {
  it('every provider gives the same text to the same question, and a varied one without', async () => {
    for (const question of QUESTIONS) {
      const texts = await Promise.all(simulator.all.map((provider) => whole(provider, question)));
      expect(new Set(texts).size).toBe(1);
    }
    simulator.configure({ sameAnswer: false });
    const texts = await Promise.all(simulator.all.map((provider) => whole(provider, 'a table please')));
    simulator.configure({ sameAnswer: true });
    expect(new Set(texts).size).toBe(3);
  });
});

describe('a prefix', () => {
  it.each(QUESTIONS)('is echoed by Mistral and then continued exactly: %s', async (question) => {
    const text = await whole(simulator.mistral, question);
    for (const cut of cuts(text)) {
      const messages = [user(question), { ...assistant(text.slice(0, cut)), prefix: true }];
      expect(textOf((await ask(simulator.mistral, '', { messages })).body)).toBe(text);
    }
  });

  it.each(QUESTIONS)('is continued by DeepSeek on /beta without being repeated: %s', async (question) => {
    const text = await whole(simulator.deepseek, question);
    for (const cut of cuts(text)) {
      const messages = [user(question), { ...assistant(text.slice(0, cut)), prefix: true }];
      const said = await ask(simulator.deepseek, '', { messages }, `${simulator.deepseek.url}/beta/chat/completions`);
      expect(textOf(said.body)).toBe(text.slice(cut));
    }
  });

  it('can come back trimmed or not at all', async () => {
    const messages = [user('echo: one two three'), { ...assistant('one two '), prefix: true }];
    simulator.mistral.configure({ prefixEcho: 'trimmed' });
    const trimmed = textOf((await ask(simulator.mistral, '', { messages })).body);
    simulator.mistral.configure({ prefixEcho: 'none' });
    const none = textOf((await ask(simulator.mistral, '', { messages })).body);
    simulator.mistral.configure({ prefixEcho: 'exact' });
    expect([trimmed, none]).toEqual(['one twothree', 'three']);
  });

  it('that another provider began in its own words is continued in those', async () => {
    simulator.configure({ sameAnswer: false });
    const begun = await whole(simulator.deepseek, 'python');
    const messages = [user('python'), { ...assistant(begun.slice(0, 100)), prefix: true }];
    const continued = textOf((await ask(simulator.mistral, '', { messages })).body);
    simulator.configure({ sameAnswer: true });
    expect(continued).toBe(begun);
  });
});

describe('an instruction to continue', () => {
  const question = 'echo: alpha beta gamma delta epsilon zeta eta theta iota kappa';
  const partial = 'alpha beta gamma delta epsil';
  const rest = 'on zeta eta theta iota kappa';
  const modes: [InstructionMode, string][] = [
    ['exact', rest],
    ['repeat-words', `gamma delta epsil${rest}`],
    ['repeat-quote', `${partial}${rest}`],
    ['repeat-lines', `${partial}${rest}`],
    ['quote-after-line-end', `\n${partial}${rest}`],
    ['quote-after-space', ` ${partial}${rest}`],
    ['quote-after-ellipsis', `…${partial}${rest}`],
    ['quote-after-mark', `“${partial}${rest}`],
    ['quote-after-fence', `${partial}${rest}`],
    ['quote-in-other-form', `${partial}${rest}`],
    ['start-over', `${partial}${rest}`],
    ['preamble', `Sure, continuing: ${rest}`],
  ];
  it.each(modes)('is followed in the mode %s', async (instructionMode, expected) => {
    simulator.groq.configure({ instructionMode });
    const said = await instructed(question, partial);
    simulator.groq.configure({ instructionMode: 'exact' });
    expect(said).toBe(expected);
    expect(simulator.groq.requests().at(-1)).toMatchObject({ continuation: 'instruction', question });
  });

  it('is followed exactly at every cut, in any script', async () => {
    for (const each of QUESTIONS) {
      const text = await whole(simulator.groq, each);
      for (const cut of cuts(text)) expect(await instructed(each, text.slice(0, cut))).toBe(text.slice(cut));
    }
  });

  it('is told from an ordinary question that says continue', async () => {
    const messages = [user('echo: a'), assistant('Something long enough to be quoted.'), user('echo: please continue')];
    expect(textOf((await ask(simulator.groq, '', { messages })).body)).toBe('please continue');
    expect(simulator.groq.requests().at(-1)?.continuation).toBe('none');
  });
});
