import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { searchMessages } from '../../../../../src/history/typeorm/search/search-queries.js';
import { searched } from '../../../../../src/history/typeorm/search/search-text.js';
import { openStore, type OpenStore } from '../../../../support/history.js';
import { talk } from '../../../../support/history-stores.js';

describe('a search that takes too long', () => {
  let opened: OpenStore;
  beforeEach(async () => (opened = await openStore('sqlite::memory:')));
  afterEach(() => opened.close());

  const search = (text: string, withHitMs?: number, withoutHitMs = 60_000) =>
    opened.database.read((manager) =>
      searchMessages(
        manager,
        opened.database.search,
        'ada',
        { text, limit: 5 },
        withHitMs === undefined ? undefined : { withHitMs, withoutHitMs },
      ),
    );

  it('ends with what it found, says that there may be more, and shows nothing from beyond where it came to', async () => {
    const { questionId: old } = await talk(opened.store, { sessionId: 'old', question: 'a -> b' });
    await talk(opened.store, { sessionId: 'named' });
    await opened.store.renameSession({ userId: 'ada', sessionId: 'named' }, 'The -> title');
    const ids = ({ results }: Awaited<ReturnType<typeof search>>) => results.map(({ message_id }) => message_id);
    // All texts were looked at, but not the newer title: what is older waits for the next page.
    expect(await search('->', 0, 0)).toEqual({ results: [], hasMore: true });
    for (let n = 0; n < 70; n++) await talk(opened.store, { question: 'without' });
    const { questionId: late } = await talk(opened.store, { question: 'c -> d' });
    const early = await search('->', 0);
    expect([ids(early), early.hasMore]).toEqual([[late], true]);
    const whole = await search('->');
    expect([ids(whole), whole.hasMore]).toEqual([[late, expect.any(String), old], false]);
  });

  it('goes on until it found something to show', async () => {
    const { questionId } = await talk(opened.store, { question: 'a -> b' });
    for (let n = 0; n < 140; n++) await talk(opened.store, { question: 'a - > b' });
    const { results } = await search('->', 0);
    expect(results.map(({ message_id }) => message_id)).toEqual([questionId]);
  });
});

describe('a search that nobody waits for any more', () => {
  it('ends without looking at the rest', async () => {
    const opened = await openStore('sqlite::memory:');
    for (let n = 0; n < 5; n++) await talk(opened.store, { question: 'a needle' });
    const leaving = new AbortController();
    const query = { text: 'needle', limit: 50, left: leaving.signal };
    expect((await opened.store.search('ada', query)).results).toHaveLength(5);
    leaving.abort();
    expect(await opened.store.search('ada', query)).toEqual({ results: [], hasMore: true });
    await opened.close();
  });
});

describe('a search through long texts', () => {
  let opened: OpenStore;
  beforeEach(async () => (opened = await openStore('sqlite::memory:')));
  afterEach(() => opened.close());

  /** CPU time in milliseconds. */
  async function costOf(work: () => unknown): Promise<number> {
    const before = process.cpuUsage();
    await work();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1_000;
  }

  it('costs a few times what it costs to bring the texts into the form that is searched', async () => {
    const texts = Array.from({ length: 64 }, () => `${'é'.repeat(31_900)} needle`);
    for (const question of texts) await talk(opened.store, { question });
    const search = () =>
      opened.database.read((manager) =>
        searchMessages(manager, opened.database.search, 'ada', { text: 'needle', limit: 50 }),
      );
    const foldAll = () => texts.forEach(searched);
    foldAll();
    expect((await search()).results).toHaveLength(50);
    expect((await costOf(search)) / (await costOf(foldAll))).toBeLessThan(12);
  });

  it('breathes between texts, so that answers stream meanwhile', async () => {
    for (let n = 0; n < 20; n++) await talk(opened.store, { question: 'needle' }, `${'é'.repeat(100_000)} needle`);
    let turns = 0;
    const timer = setInterval(() => turns++, 0);
    await opened.database.read((manager) =>
      searchMessages(manager, opened.database.search, 'ada', { text: 'needle', limit: 50 }),
    );
    clearInterval(timer);
    expect(turns).toBeGreaterThan(20);
  });
});
