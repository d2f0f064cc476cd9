import { hash } from '../answers/hash.js';

const THOUGHTS: readonly string[] = [
  'They probably want something they can use right away, so I start with the answer and explain it afterwards. I should keep it short and check the details before I commit to them.',
  'Let me think about what could go wrong. The obvious reading is the likely one, but I should mention the edge case. A list would be easier to read than a paragraph here.\n\nThat should be enough.',
  'First I recall what I know about it, then I look for a counterexample: none that matters. The format should be Markdown, with code in fences, and no more than a screen or two.',
];

const MENTIONED_CODE_POINTS = 80;

/** Thinking text that goes before an answer; the same for the same question. */
export function reasoningFor(question: string): string {
  const short = [...question.replace(/\s+/g, ' ').slice(0, 2 * MENTIONED_CODE_POINTS)].slice(0, MENTIONED_CODE_POINTS);
  return `The user asks: "${short.join('').trim()}". ${THOUGHTS[hash(question) % THOUGHTS.length] ?? ''}`;
}
