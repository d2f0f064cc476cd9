import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startSimulator, type Simulator } from '../../simulator/provider-simulator.js';
import { allEvents, ask, joined, only } from '../support/events.js';
import { parseExposition, sumOf } from '../support/exposition.js';
import { call } from '../support/http-app.js';
import { simulatedProviders, startService, type Service } from '../support/service.js';

const LENGTH = 32_000;
/** What nobody can see: three display frames. */
const ALLOWED_MS = 50;
/** Other programs of this machine may delay the service, too: one quiet try in three is enough. */
const TRIES = 3;
const TIMEOUT_MS = 180_000;

const repeated = (text: string) => text.repeat(Math.ceil(LENGTH / [...text].length));
const TEXTS: Record<string, string> = {
  'one CJK character': repeated('漢'),
  'CJK sentences': repeated('人人生而自由，在尊严和权利上一律平等。他们赋有理性和良心。'),
  'Japanese, Thai and Hangul without spaces': repeated('すべての人間はมนุษย์ทั้งหลาย모든인간은'),
  emoji: repeated('👨‍👩‍👧‍👦🏳️‍🌈👋🏽'),
  'control tokens': repeated('<|endoftext|>'),
  'combining marks of one class': repeated('e\u0301\u0302\u0303\u0304\u0305'),
  'combining marks without end, in no order': `e${repeated('\u0301\u0323\u0334\u0345')}`,
  'marks that are letters before they are folded': repeated('\uff9e\u0334'),
  'one letter': repeated('a'),
  spaces: `a${repeated(' ')}a`,
  'line ends': `a${repeated('\n')}a`,
  digits: repeated('7'),
  'ligatures that unfold to eighteen characters': repeated('\ufdfa'),
  'Arabic with marks': repeated('يُولَدُ جَمِيعُ النَّاسِ أَحْرَارًا'),
};
const cut = (text: string) => [...text].slice(0, LENGTH - 'echo: '.length).join('');

describe('a message of 32,000 characters whose tokens nobody but we can count', () => {
  let simulator: Simulator;
  beforeAll(async () => {
    simulator = await startSimulator({ pace: 'instant', sameAnswer: true });
    // One provider reports usage, for the comparison.
    for (const provider of [simulator.groq, simulator.deepseek])
      await provider.fault({ kind: 'usage', mode: 'absent' });
  });
  afterAll(() => simulator.close());

  /** The longest time for which the service did nothing for anybody while `work` was done, in milliseconds. */
  async function longestPause(service: Service, work: () => Promise<void>): Promise<number> {
    // Reading it begins a new measurement.
    await call(`${service.url}/metrics`);
    await work();
    const { text } = await call(`${service.url}/metrics`);
    return sumOf(parseExposition(text), 'nodejs_eventloop_lag_max_seconds') * 1000;
  }

  async function pauses(service: Service): Promise<{ usual: number; by: Map<string, number> }> {
    const talk = async (body: Record<string, unknown>) => allEvents(await ask(service.url, body));
    const short = async () => {
      for (let i = 0; i < 5; i++) await talk({ session_id: 'short', message: 'echo: hi', provider: 'mistral' });
    };
    // What is compiled and opened at the first question is no matter of its length.
    await short();
    const usual = await longestPause(service, short);
    const by = new Map<string, number>();
    for (const [index, [name, text]] of Object.entries(TEXTS).entries()) {
      const message = `echo: ${cut(text)}`;
      const pause = await longestPause(service, async () => {
        const list = await talk({ session_id: `long-${index}`, message, provider: 'deepseek' });
        expect(only(list, 'usage').accurate).toBe(false);
        expect(only(list, 'usage').prompt_tokens).toBeGreaterThan(100);
        expect(joined(list).length).toBeGreaterThan(1_000);
      });
      by.set(name, pause);
    }
    return { usual, by };
  }

  it(
    'keeps nobody else waiting for more than 50 ms, in whatever script',
    async () => {
      const best = new Map<string, number>();
      let usually = Infinity;
      const slow = () => [...best].filter(([, pause]) => pause > usually + ALLOWED_MS);
      for (let attempt = 0; attempt === 0 || (attempt < TRIES && slow().length > 0); attempt++) {
        const env = { BLOCKED_TERMS: 'Straße,forbidden fruit', MAX_RUNNING_PER_USER: '50' };
        const service = await startService({ ...simulatedProviders(simulator), ...env });
        try {
          const { usual, by } = await pauses(service);
          usually = Math.min(usually, usual);
          for (const [name, pause] of by) best.set(name, Math.min(pause, best.get(name) ?? Infinity));
        } finally {
          await service.kill();
        }
      }
      expect(Object.fromEntries(slow())).toEqual({});
    },
    TIMEOUT_MS,
  );
});
