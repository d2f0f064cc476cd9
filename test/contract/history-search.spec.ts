import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { HistoryStore, SearchQuery } from '../../src/history/history-store.js';
import { newId } from '../../src/wire/ids.js';
import { ADA, answerEnd, segment, turn } from '../support/history.js';
import { STORES, talk, type OpenedStore } from '../support/history-stores.js';

describe.each(STORES)('searching in %s', (_name, open) => {
  let opened: OpenedStore;
  let store: HistoryStore;

  beforeEach(async () => {
    opened = await open();
    store = opened.store;
  });

  afterEach(() => opened.close());

  const search = (text: string, more: Partial<SearchQuery> = {}, userId = 'ada') =>
    store.search(userId, { text, limit: 20, ...more });
  const found = async (text: string, more: Partial<SearchQuery> = {}, userId = 'ada') =>
    (await search(text, more, userId)).results.map(({ message_id }) => message_id);

  it('finds a question as soon as it is asked, and an answer when it has ended, with its session', async () => {
    const { questionId, answerId } = turn();
    await store.openTurn(turn({ questionId, answerId, question: 'What is a rondo?', title: 'Forms' }));
    await store.append([segment(answerId, 0, 'A rondo comes back')]);
    expect(await search('rondo')).toEqual({
      results: [{ session_id: 'first', message_id: questionId, title: 'Forms', snippet: 'What is a rondo?' }],
      hasMore: false,
    });
    await store.append([answerEnd(answerId, 'A **rondo** comes back.')]);
    expect((await search('rondo')).results).toMatchObject([
      { message_id: answerId, snippet: 'A **rondo** comes back.' },
      { message_id: questionId },
    ]);
  });

  it('finds words, parts of words, phrases, and letters of every script, in any case', async () => {
    const { questionId } = await talk(store, { question: 'Programming in C++: naïve 潮汐 tables, go!' }, '');
    const all = ['gram', 'PROGRAMMING', 'naive', 'c++', '潮', '潮汐', 'go', 'g', 'naïve tables', '"汐 tables"'];
    for (const text of all) expect([text, await found(text)]).toEqual([text, [questionId]]);
    const none = ['grammar', 'ing tables nothing', '"tables 潮汐"', 'am', '汐潮'];
    for (const text of none) expect([text, await found(text)]).toEqual([text, []]);
  });

  it('finds only what is the user’s own, whichever ids others chose', async () => {
    const mine = await talk(store, { question: 'the tide' });
    const theirs = await talk(store, { userId: 'Ada', question: 'the tide' });
    expect(await found('tide')).toEqual([mine.questionId]);
    expect(await found('tide', {}, 'Ada')).toEqual([theirs.questionId]);
    expect(await found('tide', {}, 'nobody')).toEqual([]);
    expect(await found('tide', { before: theirs.questionId })).toEqual([]);
  });

  it('does not find what was deleted, or has left its session', async () => {
    const one = await talk(store, { question: 'first tide' }, 'low tide');
    const two = await talk(store, { question: 'second tide' }, 'high tide');
    const again = turn({ questionId: one.questionId, target: { messageId: one.answerId, kind: 'answer' } });
    await store.openTurn(again);
    expect(await found('tide')).toEqual([one.questionId]);
    await store.append([answerEnd(again.answerId, 'spring tide')]);
    expect(await found('tide')).toEqual([again.answerId, one.questionId]);
    expect(await found('tide', { before: two.answerId })).toEqual([one.questionId]);
    await store.deleteSession(ADA);
    expect(await found('tide')).toEqual([]);
    await talk(store, { question: 'tide anew' });
    expect(await found('tide')).toHaveLength(1);
  });

  it('finds a session by a title that somebody gave it: its newest message, unless a message has it, too', async () => {
    const named = await talk(store, { sessionId: 'named', question: 'low', title: 'low' }, 'water');
    await talk(store, { sessionId: 'other', question: 'high' });
    await store.renameSession({ userId: 'ada', sessionId: 'named' }, 'Étude 100%_\\ on Tides');
    const hit = { session_id: 'named', message_id: named.answerId, title: 'Étude 100%_\\ on Tides', snippet: 'water' };
    for (const text of ['etude', 'TIDE', 'on', '100%_\\', '"on tides" etude'])
      expect([text, await search(text)]).toEqual([text, { results: [hit], hasMore: false }]);
    for (const text of ['100%x', '1_0', 'de', 'etude low']) expect([text, await found(text)]).toEqual([text, []]);
    const later = await talk(store, { sessionId: 'named', question: 'tides, then' }, 'more');
    expect(await found('tide')).toEqual([later.questionId]);
    expect(await found('etude')).toEqual([later.answerId]);
    await store.renameSession({ userId: 'ada', sessionId: 'named' }, 'Water');
    expect(await found('etude')).toEqual([]);
  });

  it('has no hit for a title that is the beginning of a question', async () => {
    const { questionId } = await talk(store, { question: 'What are tides?', title: 'What are tides?' }, 'Water.');
    expect(await found('tides')).toEqual([questionId]);
  });

  it('pages newest first without a gap or a repetition, titles among texts', async () => {
    const expected: string[] = [];
    for (let n = 0; n < 30; n++) {
      const session = { userId: 'ada', sessionId: `s${n % 11}` };
      const { questionId, answerId } = await talk(
        store,
        { ...session, question: `tide ${n}` },
        n % 3 ? 'x' : 'the tide',
      );
      expected.unshift(...(n % 3 ? [questionId] : [answerId, questionId]));
    }
    for (let n = 0; n < 5; n++) {
      const session = { userId: 'ada', sessionId: `t${n}` };
      const { answerId } = await talk(store, { ...session, question: 'x' }, 'y');
      await store.renameSession(session, 'About the tide');
      expected.unshift(answerId);
    }
    for (const limit of [1, 7, 50]) {
      const seen: string[] = [];
      for (let before: string | undefined; ;) {
        const { results, hasMore } = await search('tide', { limit, ...(before ? { before } : {}) });
        expect(results.length).toBeLessThanOrEqual(limit);
        seen.push(...results.map(({ message_id }) => message_id));
        if (!hasMore) break;
        before = seen.at(-1);
      }
      expect(seen).toEqual(expected);
    }
    expect(await search('tide', { before: newId() })).toEqual({ results: [], hasMore: false });
  });

  it('answers whatever is typed', async () => {
    await talk(store, { question: 'a "quoted" AND NEAR( * ^ - text' });
    const unit = fc.constantFrom(
      ...'"\'*^()+-:{}%_\\ \0\t.aZ潮🦀\u0301ﬀ',
      'AND ',
      'OR ',
      'NOT ',
      'NEAR(',
      'text:',
      'rowid',
    );
    await fc.assert(
      fc.asyncProperty(fc.string({ unit, maxLength: 60 }), async (text) => {
        expect(await search(text)).toHaveProperty('results');
      }),
      { numRuns: 300 },
    );
    for (const text of ['"quoted"', '"AND NEAR("', 'near(', '* ^ -', '"']) expect(await found(text)).toHaveLength(1);
  });
});
