import { describe, expect, it } from '@jest/globals';
import { HistoryUnavailableError, type NewTurn } from '../../../../src/history/history-store.js';
import { TurnGroups, type Refusals } from '../../../../src/history/typeorm/turn-groups.js';

const turn = (sessionId: string): NewTurn => ({
  userId: 'ada',
  sessionId,
  questionId: `q-${sessionId}`,
  question: 'Hello?',
  answerId: `a-${sessionId}`,
  title: 'Hello?',
  at: 0,
});

/** Groups whose writes are noted, by the sessions in them; one at a time, as in the queue. */
function noted(store: (sessions: string[]) => Refusals = () => new Map()): { groups: TurnGroups; writes: string[][] } {
  const writes: string[][] = [];
  let last: Promise<unknown> = Promise.resolve();
  const groups = new TurnGroups((begin) => {
    const write = last.then(() => {
      const sessions = begin().map(({ sessionId }) => sessionId);
      writes.push(sessions);
      return store(sessions);
    });
    last = write.catch(() => undefined);
    return write;
  });
  return { groups, writes };
}

describe('TurnGroups', () => {
  it('opens whoever comes before the write begins together, and all later ones in the next', async () => {
    const { groups, writes } = noted();
    const first = ['a', 'b'].map((session) => groups.add(turn(session)));
    await Promise.resolve();
    await Promise.resolve();
    await Promise.all([...first, ...['c', 'd'].map((session) => groups.add(turn(session)))]);
    expect(writes).toEqual([
      ['a', 'b'],
      ['c', 'd'],
    ]);
  });

  it('opens a thousand turns in groups of at most a hundred', async () => {
    const { groups, writes } = noted();
    await Promise.all(Array.from({ length: 1_000 }, (_, index) => groups.add(turn(`s${index}`))));
    expect(writes.map((sessions) => sessions.length)).toEqual(Array.from({ length: 10 }, () => 100));
  });

  it('opens a long turn by itself', async () => {
    const { groups, writes } = noted();
    const long = { ...turn('long'), question: 'x'.repeat(5_000) };
    const turns = [turn('a'), long, turn('b'), { ...long, sessionId: 'longer' }];
    await Promise.all(turns.map((one) => groups.add(one)));
    expect(writes).toEqual([['a', 'b'], ['long'], ['longer']]);
  });

  it('never opens two turns of one session in one write, and keeps their order', async () => {
    const { groups, writes } = noted();
    await Promise.all(['a', 'b', 'b', 'c', 'b'].map((session) => groups.add(turn(session))));
    expect(writes).toEqual([['a', 'b', 'c'], ['b'], ['b']]);
  });

  it('refuses those that the store refuses, and nobody else', async () => {
    const { groups, writes } = noted(() => new Map([['a-bad', new Error('this one')]]));
    const ends = await Promise.allSettled(['a', 'bad', 'c'].map((session) => groups.add(turn(session))));
    expect(ends.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(writes).toHaveLength(1);
  });

  it("does not let one turn's fault spoil the others", async () => {
    const { groups } = noted((sessions) => {
      if (sessions.includes('bad')) throw new Error('this one');
      return new Map();
    });
    const ends = await Promise.allSettled(['a', 'b', 'bad', 'c'].map((session) => groups.add(turn(session))));
    expect(ends.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
  });

  it('refuses all of a group at once where the database does not answer', async () => {
    const { groups, writes } = noted(() => {
      throw new HistoryUnavailableError('no');
    });
    const ends = await Promise.allSettled(['a', 'b', 'c'].map((session) => groups.add(turn(session))));
    expect(ends.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(writes).toEqual([['a', 'b', 'c']]);
  });
});
