import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { HistoryRecord } from '../../../../../src/history/history-store.js';
import { PreparingDatabase } from '../../../../../src/history/typeorm/sqlite/preparing-database.js';
import { answerEnd, attemptStart, openStore, segment, turn, type OpenStore } from '../../../../support/history.js';

/** What JSON escapes, what looks like JSON, and what is longer in UTF-8 than here. */
const STRANGE = ['a\0b\u0001\u2028', '"\\"\n\t', '{"kind":"answer-end"}', 'null', '12', '潮汐 🦀 é', "'; DROP TABLE x"];

describe('what the history writes', () => {
  let opened: OpenStore;
  let statements: string[];

  beforeEach(async () => {
    opened = await openStore('sqlite::memory:');
    statements = [];
    for (const method of ['run', 'all'] as const) {
      const original = PreparingDatabase.prototype[method];
      jest.spyOn(PreparingDatabase.prototype, method).mockImplementation(function (
        this: PreparingDatabase,
        sql,
        ...rest
      ) {
        statements.push(sql);
        return original.call(this, sql, ...rest);
      });
    }
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await opened.close();
  });

  it('is one statement for a group of questions, for a checkpoint and for ends, the same for any number', async () => {
    const { store } = opened;
    const written = new Set<string>();
    for (const count of [1, 40]) {
      const turns = Array.from({ length: count }, (_, n) => turn({ sessionId: `s${count}-${n}` }));
      await store.openTurn(turn({ sessionId: `first-${count}` }));
      statements = [];
      await Promise.all(turns.map((opening) => store.openTurn(opening)));
      // The first is not made to wait for the others.
      expect(statements).toHaveLength(Math.min(count, 2));
      statements.forEach((sql) => written.add(sql));
      const kinds: ((answerId: string) => HistoryRecord)[] = [
        (answerId) => segment(answerId, 0, 'a'),
        (answerId) => attemptStart(answerId),
        (answerId) => ({ kind: 'attempt-end', answerId, n: 0, outcome: 'ok', at: 1 }),
        (answerId) => answerEnd(answerId, 'ab'),
      ];
      for (const record of kinds) {
        statements = [];
        await store.append(turns.map(({ answerId }) => record(answerId)));
        expect(statements).toHaveLength(1);
        statements.forEach((sql) => written.add(sql));
      }
    }
    expect(written.size).toBe(2);
  });

  it.each(STRANGE)('keeps %j as it is', async (text) => {
    const { store } = opened;
    const opening = turn({ question: text, title: text });
    const session = { userId: opening.userId, sessionId: opening.sessionId };
    const answer = async () => (await store.messages(session, { limit: 2 })).messages[1];
    await store.openTurn(opening);
    await store.append([segment(opening.answerId, 0, text), segment(opening.answerId, 0, text, 'reasoning')]);
    expect(await answer()).toMatchObject({ content: text, reasoning: text });
    const error = { code: 'internal', class: 'non_retryable', retryable: false, message: text } as const;
    await store.append([answerEnd(opening.answerId, text, { reasoning: text, status: 'failed', error })]);
    expect(await answer()).toMatchObject({ content: text, reasoning: text, error });
    expect((await store.messages(session, { limit: 2 })).messages[0]).toMatchObject({ content: text });
    expect((await store.sessions('ada', { limit: 1 })).sessions).toMatchObject([{ title: text }]);
  });
});
