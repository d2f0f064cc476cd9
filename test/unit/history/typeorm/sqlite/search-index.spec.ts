import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { indexed } from '../../../../../src/history/typeorm/sqlite/search-index.js';
import { indexQueued } from '../../../../../src/history/typeorm/sqlite/sqlite-search.js';
import { searchTerms } from '../../../../../src/history/typeorm/search/search-text.js';
import { openStore, type OpenStore } from '../../../../support/history.js';
import { talk } from '../../../../support/history-stores.js';

const ALL = { from: 0, below: Number.MAX_SAFE_INTEGER };

describe('the search index', () => {
  let opened: OpenStore;
  beforeEach(async () => (opened = await openStore('sqlite::memory:')));
  afterEach(() => opened.close());

  const look = async (userId: string, typed: string, range = ALL, limit = 9) => {
    while (await opened.database.write(indexQueued));
    return opened.database.read((manager) => indexed(manager, userId, searchTerms(typed), range, limit));
  };

  it('gives the messages that may hold it, newest first, within a range', async () => {
    for (let n = 0; n < 4; n++) await talk(opened.store, { question: `tide ${n}` }, 'water');
    expect(await look('ada', 'tide')).toEqual([7, 5, 3, 1]);
    expect(await look('ada', 'tide', { from: 3, below: 7 })).toEqual([5, 3]);
    expect(await look('ada', 'tide', ALL, 2)).toEqual([7, 5]);
    expect(await look('ada', '->', { from: 2, below: 5 })).toEqual([4, 3, 2]);
    expect(await look('bob', 'tide')).toEqual([]);
  });

  it('shows nobody the messages of a user whose numbers are in the same range', async () => {
    await talk(opened.store, { userId: 'user-4698', question: 'a secret tide' });
    expect(await look('user-13106', 'tide')).toEqual([1]);
    expect(await opened.store.search('user-13106', { text: 'tide', limit: 9 })).toEqual({
      results: [],
      hasMore: false,
    });
  });

  it('forgets a session that is deleted, and no other', async () => {
    await talk(opened.store, { sessionId: 'gone', question: 'tide' });
    await talk(opened.store, { question: 'tide' });
    await opened.store.deleteSession({ userId: 'ada', sessionId: 'gone' });
    expect(await look('ada', 'tide')).toEqual([3]);
  });

  it('holds nothing of the texts themselves', async () => {
    await talk(opened.store, { question: 'needle' });
    expect(await look('ada', 'needle')).toEqual([1]);
    const tables = await opened.database.read((manager) =>
      manager.query<{ name: string }[]>("SELECT name FROM sqlite_master WHERE name LIKE 'message_search%'"),
    );
    expect(tables.map(({ name }) => name)).not.toContain('message_search_content');
    const rows = await opened.database.read((manager) => manager.query('SELECT * FROM "message_search"'));
    expect(rows).toEqual([{ text: null }, { text: null }]);
  });
});
