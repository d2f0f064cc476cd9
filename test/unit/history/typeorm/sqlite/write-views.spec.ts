import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { HistoryRecord, NewTurn } from '../../../../../src/history/history-store.js';
import { PreparingDatabase } from '../../../../../src/history/typeorm/sqlite/preparing-database.js';
import { newId } from '../../../../../src/wire/ids.js';
import { answerEnd, attempt, openStore, segment, turn, type OpenStore } from '../../../../support/history.js';

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

  it('is one statement for a group of questions of any kind, for a checkpoint and for ends, the same for any number', async () => {
    const { store } = opened;
    const written = new Set<string>();
    for (const count of [1, 40]) {
      const turns = Array.from({ length: count }, (_, n) =>
        turn({ sessionId: `s${count}-${n}`, idempotency: { key: `k${count}-${n}`, fingerprint: 'f' } }),
      );
      const open = async (opening: NewTurn[]) => {
        statements = [];
        await Promise.all(opening.map((one) => store.openTurn(one)));
        expect(statements).toHaveLength(1);
        statements.forEach((sql) => written.add(sql));
      };
      await open(turns);
      const kinds: ((answerId: string) => HistoryRecord)[] = [
        (answerId) => segment(answerId, 0, 'a'),
        (answerId) => attempt(answerId),
        (answerId) => attempt(answerId, { outcome: 'ok' }),
        (answerId) => answerEnd(answerId, 'ab'),
      ];
      for (const record of kinds) {
        statements = [];
        await store.append(turns.map(({ answerId }) => record(answerId)));
        expect(statements).toHaveLength(1);
        statements.forEach((sql) => written.add(sql));
      }
      await open(
        turns.map(({ sessionId, questionId, answerId: messageId }) =>
          turn({ sessionId, questionId, target: { kind: 'answer', messageId } }),
        ),
      );
    }
    expect(written.size).toBe(2);
  });

  it('binds long texts as values of their own, in the order of the records', async () => {
    const { store } = opened;
    const text = '潮汐'.repeat(50_000);
    const opening = turn({ question: text });
    await store.openTurn(opening);
    statements = [];
    await store.append([
      attempt(opening.answerId),
      segment(opening.answerId, 0, text),
      attempt(opening.answerId, { outcome: 'ok' }),
      answerEnd(opening.answerId, `${text}!`, { reasoning: text }),
    ]);
    expect(statements).toHaveLength(6);
    const session = { userId: opening.userId, sessionId: opening.sessionId };
    expect((await store.messages(session, { limit: 2 })).messages).toMatchObject([
      { content: text },
      { content: `${text}!`, reasoning: text, status: 'complete', attempts: [{ outcome: 'ok' }] },
    ]);
    const carried = { text: `${text}!`, reasoning: text };
    const rest = turn({
      ...opening,
      answerId: newId(),
      target: { kind: 'answer', messageId: opening.answerId },
      carried,
    });
    await store.openTurn(rest);
    expect((await store.messages(session, { limit: 2 })).messages[1]).toMatchObject({
      content: carried.text,
      reasoning: text,
      status: 'streaming',
    });
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
