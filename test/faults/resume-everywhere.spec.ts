import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { FaultSpec } from '../../simulator/provider-simulator.js';
import type { AnswerEvent } from '../../src/wire/answer-event.js';
import { startApp, type RunningApp } from '../support/app.js';
import { answerIdOf, freshSession, readUntil } from '../support/conversations.js';
import { allEvents, ask, attach, only, type ReceivedEvent } from '../support/events.js';
import { temporaryFolder } from '../support/history.js';

const TEXT =
  'Ein Rondo 🎵 kehrt zurück: 主题、插曲、主题。\n\n```ts\nconst a = "A B A C A";\n```\n| a | a |\n| - | - |\nFin 👩‍👩‍👧.';

/** An answer as its readers understand it, however its text was cut into events. */
interface Understood {
  text: string;
  reasoning: string;
  others: AnswerEvent[];
}

function understood(list: readonly ReceivedEvent[]): Understood {
  const result: Understood = { text: '', reasoning: '', others: [] };
  for (const { cursor: _, ...event } of list) {
    if (event.type === 'delta') result.text += event.content;
    else if (event.type === 'reasoning') result.reasoning += event.content;
    else result.others.push(event);
  }
  return result;
}

/** What was received before a cut and after it; the cursor of `done` gives `done` once more. */
function rejoined(list: readonly ReceivedEvent[], cut: number, rest: readonly ReceivedEvent[]): Understood {
  return understood([...list.slice(0, list[cut]?.type === 'done' ? cut : cut + 1), ...rest]);
}

const CASES: readonly [string, { reasoning: 'always' | 'never'; fault?: FaultSpec }][] = [
  ['of text alone', { reasoning: 'never' }],
  ['with reasoning', { reasoning: 'always' }],
  [
    'over a provider switch in its text',
    { reasoning: 'never', fault: { kind: 'reset', at: 'cut', afterTokens: 12, times: 1 } },
  ],
  [
    'over a switch after reasoning',
    { reasoning: 'always', fault: { kind: 'reset', at: 'cut', afterTokens: 9, times: 1 } },
  ],
  [
    'over a switch in its reasoning',
    { reasoning: 'always', fault: { kind: 'reset', at: 'cut', afterReasoning: 7, times: 1 } },
  ],
];

describe('an answer cut at every event and resumed there', () => {
  let service: RunningApp;
  beforeAll(async () => {
    const pace = { firstTokenMs: 5, tokenMs: 12 };
    service = await startApp({ MAX_RUNNING_PER_USER: '1000', RATE_LIMIT: '1000000' }, { pace });
  });
  afterAll(() => service.close());

  const question = () => ({ ...freshSession(), message: `echo: ${TEXT}` });
  async function prepare({ reasoning, fault }: (typeof CASES)[number][1]): Promise<void> {
    await service.simulator.clear();
    service.simulator.configure({ reasoning });
    if (fault !== undefined) await service.simulator.groq.fault(fault);
  }

  describe.each(CASES)('%s', (_name, set) => {
    it('is whole again after its end', async () => {
      await prepare(set);
      const asked = await ask(service.url, { ...question(), ...(set.fault ? {} : { provider: 'groq' }) });
      const list = await allEvents(asked);
      const uncut = understood(list);
      expect(uncut.text).toBe(TEXT);
      expect(list.length).toBeGreaterThan(15);
      for (let cut = 0; cut < list.length; cut++) {
        const rest = await allEvents(await attach(service.url, answerIdOf(asked), list[cut]?.cursor));
        expect(rejoined(list, cut, rest)).toEqual(uncut);
      }
    });

    it('is whole again while it runs', async () => {
      await prepare(set);
      // One reader per cut, all of one answer: each leaves after its event and comes back at once.
      const asked = await ask(service.url, question());
      const id = answerIdOf(asked);
      const readers = Array.from({ length: 40 }, async (_, cut) => {
        const before = await readUntil(await attach(service.url, id), (_event, soFar) => soFar.length > cut);
        const rest = await allEvents(await attach(service.url, id, before.at(-1)?.cursor));
        return rejoined(before, before.length - 1, rest);
      });
      const uncut = understood(await allEvents(asked));
      expect(uncut.text).toBe(TEXT);
      for (const result of await Promise.all(readers)) expect(result).toEqual(uncut);
    });
  });

  it('is whole again with any text, any cuts and any failing provider', async () => {
    const faults = fc.option(
      fc.record({
        kind: fc.constant('reset' as const),
        at: fc.constant('cut' as const),
        afterTokens: fc.nat(6),
        times: fc.constant(1),
      }),
      { nil: undefined },
    );
    const text = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 60 })
      .filter((said) => said.trim() === said && !/^echo/i.test(said));
    service.simulator.configure({ pace: { firstTokenMs: 0, tokenMs: 2 } });
    await fc.assert(
      fc.asyncProperty(
        text,
        faults,
        fc.constantFrom('always' as const, 'never' as const),
        fc.integer({ min: 1, max: 4 }),
        async (said, fault, reasoning, step) => {
          await prepare({ reasoning, ...(fault === undefined ? {} : { fault }) });
          const asked = await ask(service.url, { ...freshSession(), message: `echo: ${said}` });
          const received: ReceivedEvent[] = await readUntil(asked, (_, soFar) => soFar.length >= step);
          while (received.at(-1)?.type !== 'done') {
            const response = await attach(service.url, answerIdOf(asked), received.at(-1)?.cursor);
            received.push(...(await readUntil(response, (_, soFar) => soFar.length >= step)));
          }
          const uncut = understood(await allEvents(await attach(service.url, answerIdOf(asked))));
          expect(understood(received)).toEqual(uncut);
          expect(uncut.text).toBe(said);
        },
      ),
      { numRuns: 40 },
    );
  });
});

describe('an answer that was read before a restart', () => {
  it('is whole again from any of its events, with its reasoning and over a provider switch', async () => {
    const folder = await temporaryFolder();
    const first = await startApp(
      { DATABASE_URL: folder.url },
      { reasoning: 'always', pace: { firstTokenMs: 5, tokenMs: 12 } },
    );
    await first.simulator.groq.fault({ kind: 'reset', at: 'cut', afterTokens: 12, times: 1 });
    const asked = await ask(first.url, { ...freshSession(), message: `echo: ${TEXT}` });
    const list = await allEvents(asked);
    expect(list.filter(({ type }) => type === 'provider')).toHaveLength(2);
    await first.close();

    const second = await startApp({ DATABASE_URL: folder.url });
    try {
      for (let cut = 0; cut < list.length; cut++) {
        const rest = await allEvents(await attach(second.url, answerIdOf(asked), list[cut]?.cursor));
        expect(rejoined(list, cut, rest)).toEqual(understood(list));
      }
      const whole = await allEvents(await attach(second.url, answerIdOf(asked)));
      expect(understood(whole)).toEqual(understood(list));
      expect(only(whole, 'done').message_id).toBe(answerIdOf(asked));
    } finally {
      await second.close();
      await folder.remove();
    }
  });
});
