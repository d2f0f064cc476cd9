import { describe, expect, it } from '@jest/globals';
import { HistoryUnavailableError, type NewTurn } from '../../../../src/history/history-store.js';
import { TurnWriter, type Refusals } from '../../../../src/history/typeorm/turn-writer.js';

const turn = (sessionId: string): NewTurn => ({
  userId: 'ada',
  sessionId,
  questionId: `q-${sessionId}`,
  question: 'Hello?',
  answerId: `a-${sessionId}`,
  title: 'Hello?',
  at: 0,
});

/** Notes the sessions of each batch; writes one at a time, as the queue does. */
function noted(store: (sessions: string[]) => Refusals = () => new Map()): { turns: TurnWriter; writes: string[][] } {
  const writes: string[][] = [];
  let last: Promise<unknown> = Promise.resolve();
  const turns = new TurnWriter((start) => {
    const write = last.then(() => {
      const sessions = start().map(({ sessionId }) => sessionId);
      writes.push(sessions);
      return store(sessions);
    });
    last = write.catch(() => undefined);
    return write;
  });
  return { turns, writes };
}

describe('TurnWriter', () => {
  it('writes turns together that come before the write starts, and later ones in the next', async () => {
    const { turns, writes } = noted();
    const first = ['a', 'b'].map((session) => turns.add(turn(session)));
    await Promise.resolve();
    await Promise.resolve();
    await Promise.all([...first, ...['c', 'd'].map((session) => turns.add(turn(session)))]);
    expect(writes).toEqual([
      ['a', 'b'],
      ['c', 'd'],
    ]);
  });

  it('writes a thousand turns in batches of at most a hundred', async () => {
    const { turns, writes } = noted();
    await Promise.all(Array.from({ length: 1_000 }, (_, index) => turns.add(turn(`s${index}`))));
    expect(writes.map((sessions) => sessions.length)).toEqual(Array.from({ length: 10 }, () => 100));
  });

  it('writes a long turn alone', async () => {
    const { turns, writes } = noted();
    const long = { ...turn('long'), question: 'x'.repeat(5_000) };
    const asked = [turn('a'), long, turn('b'), { ...long, sessionId: 'longer' }];
    await Promise.all(asked.map((one) => turns.add(one)));
    expect(writes).toEqual([['a', 'b'], ['long'], ['longer']]);
  });

  it('never writes two turns of one session together, and keeps their order', async () => {
    const { turns, writes } = noted();
    await Promise.all(['a', 'b', 'b', 'c', 'b'].map((session) => turns.add(turn(session))));
    expect(writes).toEqual([['a', 'b', 'c'], ['b'], ['b']]);
  });

  it('rejects the turns that the store refuses, and no others', async () => {
    const { turns, writes } = noted(() => new Map([['a-bad', new Error('this one')]]));
    const ends = await Promise.allSettled(['a', 'bad', 'c'].map((session) => turns.add(turn(session))));
    expect(ends.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(writes).toHaveLength(1);
  });

  it("does not let one turn's fault fail the others", async () => {
    const { turns } = noted((sessions) => {
      if (sessions.includes('bad')) throw new Error('this one');
      return new Map();
    });
    const ends = await Promise.allSettled(['a', 'b', 'bad', 'c'].map((session) => turns.add(turn(session))));
    expect(ends.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
  });

  it('rejects the whole batch at once where the database does not answer', async () => {
    const { turns, writes } = noted(() => {
      throw new HistoryUnavailableError('no');
    });
    const ends = await Promise.allSettled(['a', 'b', 'c'].map((session) => turns.add(turn(session))));
    expect(ends.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(writes).toEqual([['a', 'b', 'c']]);
  });
});
