import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { HistoryUnavailableError, type NewTurn } from '../../../../src/history/history-store.js';
import { HistoryDatabase } from '../../../../src/history/typeorm/history-database.js';
import { dataSourceOptions, openDataSource } from '../../../../src/history/typeorm/sqlite/data-source.js';
import { SqliteDatabase } from '../../../../src/history/typeorm/sqlite/sqlite-database.js';
import { TypeOrmHistoryStore } from '../../../../src/history/typeorm/typeorm-history-store.js';
import { answerEnd, eventually, temporaryFolder, turn } from '../../../support/history.js';
import { stall } from '../../../support/stalled-disk.js';

const MARK = { key: 'once', fingerprint: 'f' };
const of = ({ userId, sessionId }: NewTurn) => ({ userId, sessionId });

describe('a disk that does not answer', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let writer: DataSource;
  let database: HistoryDatabase;
  let store: TypeOrmHistoryStore;

  beforeEach(async () => {
    folder = await temporaryFolder();
    writer = await openDataSource(dataSourceOptions(folder.url));
    database = new HistoryDatabase(await SqliteDatabase.open(writer));
    store = new TypeOrmHistoryStore(database);
  });
  afterEach(async () => {
    await database.close();
    await folder.remove();
  });

  const messages = async (one: NewTurn) => (await store.messages(of(one), { limit: 9 })).messages;
  const state = async () => ({
    sessions: (await store.sessions('ada', { limit: 99 })).sessions,
    edited: await store.messages({ userId: 'ada', sessionId: 'edited' }, { limit: 9 }),
    answered: await store.messages({ userId: 'ada', sessionId: 'answered' }, { limit: 9 }),
    found: (await store.search('ada', { text: 'ghost', limit: 9 })).results,
  });
  async function talk(sessionId: string): Promise<NewTurn> {
    const opening = turn({ sessionId, question: `What of ${sessionId}?`, title: `What of ${sessionId}?`, at: 1_000 });
    await store.openTurn(opening);
    await store.append([answerEnd(opening.answerId, 'So.')]);
    return opening;
  }

  it('refuses all who wait for it, in time, and nothing is left of what it stored after that', async () => {
    const [edited, answered] = [await talk('edited'), await talk('answered')];
    const before = await state();
    const { release } = await stall(writer);
    const question = 'Am I a ghost?';
    const turns = [
      turn({ sessionId: 'new', question }),
      turn({ sessionId: 'keyed', question, idempotency: MARK }),
      turn({ ...of(edited), question, title: question, target: { kind: 'question', messageId: edited.questionId } }),
      turn({ ...answered, answerId: turn().answerId, target: { kind: 'answer', messageId: answered.answerId } }),
      // These wait for a group of their own.
      turn({ sessionId: 'new', question }),
      turn({ sessionId: 'long', question: question.repeat(1_000) }),
    ];
    const writes = [...turns.map((one) => store.openTurn(one)), store.renameSession(of(edited), 'Late')];
    const ends = await Promise.allSettled(writes);
    for (const end of ends)
      expect(end).toMatchObject({ status: 'rejected', reason: expect.any(HistoryUnavailableError) });
    // What is only read is there all the while, and another process would find the file free.
    expect(await state()).toEqual(before);

    await release();
    await eventually(state, (now) => JSON.stringify(now) === JSON.stringify(before));
    expect(await store.findByIdempotencyKey('ada', MARK.key)).toBeUndefined();
    const again = turn({ sessionId: 'keyed', idempotency: MARK });
    await store.openTurn(again);
    expect(await messages(again)).toHaveLength(2);
    expect(await state()).toMatchObject({ edited: before.edited, answered: before.answered });
  }, 60_000);

  it('keeps nobody waiting who renames or deletes a session that does not exist', async () => {
    const { release } = await stall(writer);
    const nowhere = { userId: 'ada', sessionId: 'nowhere' };
    expect(await store.renameSession(nowhere, 'Name')).toBe(false);
    expect(await store.deleteSession(nowhere)).toBe(false);
    await release();
  });
});
