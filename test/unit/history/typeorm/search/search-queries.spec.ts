import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { searchMessages } from '../../../../../src/history/typeorm/search/search-queries.js';
import { openStore, type OpenStore } from '../../../../support/history.js';
import { talk } from '../../../../support/history-stores.js';

describe('a search that takes too long', () => {
  let opened: OpenStore;
  beforeEach(async () => (opened = await openStore('sqlite::memory:')));
  afterEach(() => opened.close());

  const search = (text: string, patienceMs?: number) =>
    opened.database.read((manager) => searchMessages(manager, 'ada', { text, limit: 5 }, patienceMs));

  it('ends with what it found, says that there may be more, and shows nothing from beyond where it came to', async () => {
    const { questionId: old } = await talk(opened.store, { sessionId: 'old', question: 'a -> b' });
    await talk(opened.store, { sessionId: 'named' });
    await opened.store.renameSession({ userId: 'ada', sessionId: 'named' }, 'The -> title');
    const ids = ({ results }: Awaited<ReturnType<typeof search>>) => results.map(({ message_id }) => message_id);
    // All texts were looked at, but not the newer title: what is older waits for the next page.
    expect(await search('->', 0)).toEqual({ results: [], hasMore: true });
    for (let n = 0; n < 70; n++) await talk(opened.store, { question: 'without' });
    const { questionId: late } = await talk(opened.store, { question: 'c -> d' });
    const early = await search('->', 0);
    expect([ids(early), early.hasMore]).toEqual([[late], true]);
    const whole = await search('->');
    expect([ids(whole), whole.hasMore]).toEqual([[late, expect.any(String), old], false]);
  });
});
