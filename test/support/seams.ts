import { splitSurrogatePairs, tokenize } from '../../simulator/answers/tokenize.js';
import type { FaultSpec, Simulator } from '../../simulator/provider-simulator.js';
import type { RelayedAnswer, RunningRelay } from './relay.js';

/** Texts whose every seam can be told: nowhere does the rest begin like a repetition of what came before. */
export const TEXTS: Readonly<Record<string, string>> = {
  prose:
    'The moon pulls the water, and the water follows the moon. Twice a day the tide rises; twice a day it falls. That is all.',
  cjk: '潮汐是由月球和太阳的引力引起的海水周期性涨落现象。満潮と干潮は一日に二回ずつ起こります。조수는 달의 인력 때문에 생깁니다. 完。',
  emoji: 'Tide 🌊 and moon 🌕: 👩‍👩‍👧‍👦 watch 🏳️‍🌈 flags, 👍🏽 yes, 🧑🏿‍🚀 no, 🇺🇦🇫🇷 two, 😀😀😀 three, 1️⃣ 𝒜𝒷𝒸 end.',
  table: 'Rows:\n\n| a | a |\n|---|---|\n| a | a |\n| a | a |\n| a | a |\n| a | a |\n| a | a |\n\nThat is **all**.',
  'table and rules':
    'A table.\n\n| a | a |\n| - | - |\n| a | a |\n| a | b |\n\n- - -\n\n| a | a |\n| - | - |\n\n- - -\n\n---\n\n---\n\nB',
  list: 'Tides:\n- low\n- low\n- low\n- high\n- low\n- low\n  - low\n  - low\n',
  emphasis: 'So: **a** **a** **a** __b__ __b__ ~~c~~ ~~c~~ `d` `d` `d` > > >\n> > > e\n\n# a\n\n## a\n\n### a',
  laughter: 'Ha! ha ha ha ha ha ha ha ha ha ha ha ha, funny',
  'code fence':
    'Run this:\n\n```ts\nfor (let i = 0; i < 10; i++) {\n\tconsole.log(i);\n}\n```\n\nand then\n\n```\n```\n\n````md\n```js\nx\n```\n````\ndone.',
  numbers: Array.from({ length: 60 }, (_, index) => index + 1).join(', '),
};

/** Ways to break off in the middle that cost no waiting, in every provider's shape. */
export const BREAKS: readonly FaultSpec[] = [
  { kind: 'truncate' },
  { kind: 'reset', at: 'cut' },
  { kind: 'reset', at: 'cut', how: 'fin' },
  { kind: 'reset', at: 'mid-event' },
  { kind: 'error-event' },
  { kind: 'error-event', status: 400 },
  { kind: 'error-event', status: 503, done: true },
  { kind: 'error-in-chunk' },
  { kind: 'error-field' },
  { kind: 'finish', reason: 'error' },
  { kind: 'finish', reason: 'insufficient_system_resource' },
  { kind: 'x-groq-error' },
];

export interface Seam {
  readonly from: string;
  readonly to: string;
  readonly shown: string;
  readonly answer: RelayedAnswer;
}

/** How many places there are to cut a text at. */
export function cutsOf(text: string, splitPairs = false): number {
  const tokens = tokenize(text);
  return (splitPairs ? splitSurrogatePairs(tokens) : tokens).length - 1;
}

/**
 * Has `text` said once by every provider in turn for every token index; each breaks off there in one of the ways of
 * {@link BREAKS}, and the next goes on.
 */
export async function seams(
  relay: RunningRelay,
  simulator: Simulator,
  text: string,
  cuts = cutsOf(text),
): Promise<Seam[]> {
  const providers = relay.tracker.list().length;
  const found: Seam[] = [];
  for (let cut = 1; cut <= cuts; cut++) {
    const fault = { ...BREAKS[cut % BREAKS.length]!, afterTokens: cut, on: 'fresh' } as FaultSpec;
    for (const provider of simulator.all) {
      await provider.clear();
      await provider.fault(fault);
    }
    for (let turn = 0; turn < providers; turn++) {
      relay.forgive();
      const answer = await relay.answer(`echo: ${text}`);
      const second = answer.attempts[1];
      found.push({
        from: answer.attempts[0]?.started.provider ?? '',
        to: second?.started.provider ?? '',
        shown: second?.shownBefore ?? '',
        answer,
      });
    }
  }
  return found;
}

/** Those seams that can be seen, in a form that explains a failing test. */
export function visible(found: readonly Seam[], text: string): object[] {
  return found
    .filter(({ answer }) => answer.text !== text)
    .map(({ from, to, shown, answer }) => ({ from, to, shown, text: answer.text, error: answer.error?.code }));
}
