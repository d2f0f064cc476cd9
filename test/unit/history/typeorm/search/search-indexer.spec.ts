import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually, openStore, temporaryFolder, turn, type OpenStore } from '../../../../support/history.js';
import { talk } from '../../../../support/history-stores.js';

describe('messages that wait for their place in the index', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let opened: OpenStore;
  beforeEach(async () => {
    folder = await temporaryFolder();
    opened = await openStore(folder.url);
  });
  afterEach(async () => {
    await opened.close();
    await folder.remove();
  });

  const waiting = () =>
    opened.database.read(async (manager) => {
      const rows = await manager.query<{ seq: number }[]>('SELECT "seq" FROM "search_queue" ORDER BY "seq"');
      return rows.map(({ seq }) => seq);
    });
  const found = async (text: string) => {
    const { results } = await opened.store.search('ada', { text, limit: 50 });
    return results.map(({ snippet }) => snippet);
  };

  it('are found before they have it and after, each once, newest first', async () => {
    await talk(opened.store, { question: 'the first tide' });
    await eventually(waiting, (seqs) => seqs.length === 0);
    await talk(opened.store, { question: 'the second tide' });
    expect(await waiting()).not.toEqual([]);
    expect(await found('tide')).toEqual(['the second tide', 'the first tide']);
    await eventually(waiting, (seqs) => seqs.length === 0);
    expect(await found('tide')).toEqual(['the second tide', 'the first tide']);
  });

  it('get it also where they are many, or long', async () => {
    const long = 'sand '.repeat(12_000);
    await Promise.all(
      Array.from({ length: 230 }, (_, n) => {
        const question = n % 100 === 0 ? `${long}tide ${n}` : `tide ${n}`;
        return opened.store.openTurn(turn({ sessionId: `s${n}`, question }));
      }),
    );
    await eventually(waiting, (seqs) => seqs.length === 0);
    expect((await opened.store.search('ada', { text: 'tide', limit: 50 })).results).toHaveLength(50);
    expect(await found('"tide 200"')).toHaveLength(1);
    expect(await found('sand')).toHaveLength(3);
  });

  it('get it from the next process where theirs has ended', async () => {
    await talk(opened.store, { question: 'left behind' });
    expect(await waiting()).not.toEqual([]);
    await opened.close();
    opened = await openStore(folder.url);
    expect(await found('behind')).toEqual(['left behind']);
    await opened.store.recoverAbandoned();
    await eventually(waiting, (seqs) => seqs.length === 0);
    expect(await found('behind')).toEqual(['left behind']);
  });

  it('wait no longer once their session is deleted, and are not found', async () => {
    await talk(opened.store, { question: 'gone' });
    await opened.store.deleteSession({ userId: 'ada', sessionId: 'first' });
    expect(await waiting()).toEqual([]);
    expect(await found('gone')).toEqual([]);
  });
});
