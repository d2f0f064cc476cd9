import { describe, expect, it } from '@jest/globals';
import { HistoryUnavailableError, type NewTurn } from '../../../../src/history/history-store.js';
import { TurnGroup } from '../../../../src/history/typeorm/turn-group.js';

const turn = (sessionId: string): NewTurn => ({
  userId: 'ada',
  sessionId,
  questionId: `q-${sessionId}`,
  question: 'Hello?',
  answerId: `a-${sessionId}`,
  title: 'Hello?',
  at: 0,
});

/** A group whose transactions are noted, by the sessions in them. */
function noted(open: (sessions: string[]) => void = () => undefined): { group: TurnGroup; transactions: string[][] } {
  const transactions: string[][] = [];
  const group = new TurnGroup(async (turns) => {
    const sessions = turns.map(({ sessionId }) => sessionId);
    transactions.push(sessions);
    await Promise.resolve();
    open(sessions);
  });
  return { group, transactions };
}

describe('TurnGroup', () => {
  it('opens the first turn at once and whoever comes meanwhile together', async () => {
    const { group, transactions } = noted();
    await Promise.all(['a', 'b', 'c', 'd'].map((session) => group.add(turn(session))));
    expect(transactions).toEqual([['a'], ['b', 'c', 'd']]);
  });

  it('opens a thousand turns in groups of at most a hundred', async () => {
    const { group, transactions } = noted();
    await Promise.all(Array.from({ length: 1_000 }, (_, index) => group.add(turn(`s${index}`))));
    expect(Math.max(...transactions.map((sessions) => sessions.length))).toBe(100);
    expect(transactions.flat()).toHaveLength(1_000);
  });

  it('never opens two turns of one session in one transaction, and keeps their order', async () => {
    const { group, transactions } = noted();
    await Promise.all(['a', 'b', 'b', 'c'].map((session) => group.add(turn(session))));
    expect(transactions).toEqual([['a'], ['b', 'c'], ['b']]);
  });

  it("does not let one turn's fault spoil the others", async () => {
    const { group } = noted((sessions) => {
      if (sessions.includes('bad')) throw new Error('this one');
    });
    const ends = await Promise.allSettled(['a', 'b', 'bad', 'c'].map((session) => group.add(turn(session))));
    expect(ends.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
  });

  it('refuses all of a group at once where the database does not answer', async () => {
    const { group, transactions } = noted(() => {
      throw new HistoryUnavailableError('no');
    });
    const ends = await Promise.allSettled(['a', 'b', 'c'].map((session) => group.add(turn(session))));
    expect(ends.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(transactions).toEqual([['a'], ['b', 'c']]);
  });
});
