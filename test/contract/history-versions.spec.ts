import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { MessageReplacedError, type HistoryStore, type NewTurn } from '../../src/history/history-store.js';
import { newId } from '../../src/wire/ids.js';
import { ADA, answerEnd, attempt, segment, turn } from '../support/history.js';
import { STORES, talk, type OpenedStore } from '../support/history-stores.js';

const ALL = { limit: 200 };

describe.each(STORES)('versions of messages in %s', (_name, open) => {
  let opened: OpenedStore;
  let store: HistoryStore;

  beforeEach(async () => {
    opened = await open();
    store = opened.store;
  });

  afterEach(() => opened.close());

  /** The question of `turn` is asked again, and answered so. */
  const regenerate = ({ answerId, questionId, question }: NewTurn, answer: string) =>
    talk(store, { questionId, question, target: { messageId: answerId, kind: 'answer' } }, answer);

  const replace = ({ questionId }: NewTurn, question: string, answer: string, more: Partial<NewTurn> = {}) =>
    talk(store, { ...more, question, target: { messageId: questionId, kind: 'question' } }, answer);

  const current = async (page = {}) => (await store.messages(ADA, { ...ALL, ...page })).messages;
  const contents = async (page = {}) => (await current(page)).map(({ content }) => content);
  const session = async () => (await store.sessions('ada', ALL)).sessions[0];

  it('of an answer: the new one stands after its question, what followed is gone from history and context', async () => {
    const one = await talk(store, { question: 'q1' }, 'a1');
    await talk(store, { question: 'q2' }, 'a2');
    const again = await regenerate(one, 'a1 again');
    expect(await contents()).toEqual(['q1', 'a1 again']);
    expect(await store.context(ADA, 50)).toEqual([
      { role: 'user', content: 'q1' },
      { role: 'assistant', content: 'a1 again' },
    ]);
    const [question, answer] = await current();
    expect(question).not.toHaveProperty('versions');
    expect(answer).toMatchObject({ id: again.answerId, versions: [one.answerId, again.answerId] });
    expect(await session()).toMatchObject({ message_count: 2 });
  });

  it('of a question: it and its answer take the place of all that stood from there on', async () => {
    await talk(store, { question: 'q1' }, 'a1');
    const two = await talk(store, { question: 'q2' }, 'a2');
    await talk(store, { question: 'q3' }, 'a3');
    const edited = await replace(two, 'q2 edited', 'a2 edited');
    expect(await contents()).toEqual(['q1', 'a1', 'q2 edited', 'a2 edited']);
    const [, , question, answer] = await current();
    expect(question).toMatchObject({ versions: [two.questionId, edited.questionId] });
    expect(answer).not.toHaveProperty('versions');
    expect(await session()).toMatchObject({ message_count: 4 });
    await talk(store, { question: 'q3 anew' }, 'a3 anew');
    expect(await session()).toMatchObject({ message_count: 6 });
  });

  it('are told oldest first, however often and wherever a turn was asked again', async () => {
    const first = await talk(store, { question: 'q1' }, 'v1');
    const second = await regenerate(first, 'v2');
    const third = await regenerate(second, 'v3');
    const answers = [first, second, third].map(({ answerId }) => answerId);
    expect((await current())[1]?.versions).toEqual(answers);
    const edited = await replace(first, 'q1 edited', 'w1');
    const last = await regenerate(edited, 'w2');
    const [question, answer] = await current();
    expect(question?.versions).toEqual([first.questionId, edited.questionId]);
    expect(answer?.versions).toEqual([edited.answerId, last.answerId]);
    expect(await session()).toMatchObject({ message_count: 2 });
  });

  it('can be read, each with what followed it then, and what stands as well', async () => {
    const first = await talk(store, { question: 'q1' }, 'v1');
    const followed = await talk(store, { question: 'q2' }, 'a2');
    const second = await regenerate(first, 'v2');
    const edited = await replace(first, 'q1 edited', 'w1');
    expect(await contents({ version: first.answerId })).toEqual(['v1', 'q2', 'a2']);
    expect(await contents({ version: second.answerId })).toEqual(['v2']);
    expect(await contents({ version: first.questionId })).toEqual(['q1', 'v2']);
    expect(await contents({ version: edited.questionId })).toEqual(['q1 edited', 'w1']);
    expect((await current({ version: first.answerId }))[0]?.versions).toEqual([first.answerId, second.answerId]);
    expect(await contents({ version: first.answerId, limit: 1 })).toEqual(['a2']);
    expect(await contents({ version: first.answerId, before: followed.questionId })).toEqual(['v1']);
    expect(await contents({ version: newId() })).toEqual([]);
    const bob = { userId: 'bob', sessionId: 'first' };
    expect(await store.messages(bob, { ...ALL, version: first.answerId })).toEqual({ messages: [], hasMore: false });
    expect((await store.findAnswer(first.answerId))?.message.content).toBe('v1');
  });

  it('leave no gap in pages, also where a page begins at a message that is gone', async () => {
    const turns: NewTurn[] = [];
    for (let n = 0; n < 6; n++) turns.push(await talk(store, { question: `q${n}` }, `a${n}`));
    await regenerate(turns[2]!, 'a2 again');
    await talk(store, { question: 'q3 again' }, 'a3 again');
    const whole = ['q0', 'a0', 'q1', 'a1', 'q2', 'a2 again', 'q3 again', 'a3 again'];
    const seen: string[] = [];
    for (let before: string | undefined; ;) {
      const { messages, hasMore } = await store.messages(ADA, { limit: 3, ...(before ? { before } : {}) });
      seen.unshift(...messages.map(({ content }) => content));
      if (!hasMore) break;
      before = messages[0]?.id;
    }
    expect(seen).toEqual(whole);
    expect(await contents({ before: turns[4]!.questionId })).toEqual(whole.slice(0, 5));
    expect(await store.context(ADA, 2, turns[2]!.questionId)).toEqual([
      { role: 'user', content: 'q1' },
      { role: 'assistant', content: 'a1' },
    ]);
  });

  it('take a place once: who comes second stores nothing, nor does who names what is not there', async () => {
    const one = await talk(store, { question: 'q1' }, 'a1');
    await talk(store, { question: 'q2' }, 'a2');
    await regenerate(one, 'a1 again');
    const other = await talk(store, { userId: 'bob' });
    const before = await session();
    const targets = [one.answerId, other.answerId, other.questionId, newId()];
    for (const messageId of targets) {
      const target = { messageId, kind: 'answer' } as const;
      await expect(store.openTurn(turn({ target }))).rejects.toThrow(MessageReplacedError);
    }
    const elsewhere = turn({ sessionId: 'new', target: { messageId: one.questionId, kind: 'question' } });
    await expect(store.openTurn(elsewhere)).rejects.toThrow(MessageReplacedError);
    expect(await contents()).toEqual(['q1', 'a1 again']);
    expect((await store.sessions('ada', ALL)).sessions).toEqual([before]);
  });

  it('are opened together with turns of other sessions, one of which may fail', async () => {
    const one = await talk(store, { question: 'q1' }, 'a1');
    const { questionId, answerId } = one;
    const again = { questionId, target: { messageId: answerId, kind: 'answer' } } as const;
    const outcomes = await Promise.allSettled([
      ...Array.from({ length: 20 }, (_, n) => store.openTurn(turn({ sessionId: `s${n}` }))),
      store.openTurn(turn(again)),
      store.openTurn(turn(again)),
    ]);
    expect(outcomes.filter(({ status }) => status === 'rejected')).toHaveLength(1);
    const { sessions } = await store.sessions('ada', ALL);
    expect(sessions.map(({ message_count }) => message_count)).toEqual(Array(21).fill(2));
  });

  it('rename a session after its first question, unless somebody gave it a name', async () => {
    const first = await talk(store, { question: 'one', title: 'one' });
    const second = await talk(store, { question: 'two', title: 'two' });
    await replace(second, 'two edited', 'a', { title: 'two edited' });
    expect((await session())?.title).toBe('one');
    const edited = await replace(first, 'one edited', 'a', { title: 'one edited' });
    expect((await session())?.title).toBe('one edited');
    await store.renameSession(ADA, 'Mine');
    await replace(edited, 'again', 'a', { title: 'again' });
    expect((await session())?.title).toBe('Mine');
  });

  it('go with their session', async () => {
    const one = await talk(store);
    await regenerate(one, 'again');
    expect(await store.deleteSession(ADA)).toBe(true);
    expect(await store.findAnswer(one.answerId)).toBeUndefined();
    expect(await store.findMessage(ADA, one.answerId)).toBeUndefined();
  });

  it('tell of a message which question it belongs to, and whether it stands', async () => {
    const one = await talk(store, { question: 'q1' }, 'a1');
    const two = await talk(store, { question: 'q2' }, 'a2');
    const q2 = { id: two.questionId, content: 'q2' };
    expect(await store.findMessage(ADA, two.answerId)).toMatchObject({
      message: { id: two.answerId, role: 'assistant', content: 'a2', status: 'complete' },
      question: q2,
      replaced: false,
    });
    expect(await store.findMessage(ADA, two.questionId)).toMatchObject({ message: { role: 'user' }, question: q2 });
    await regenerate(one, 'again');
    expect(await store.findMessage(ADA, two.answerId)).toMatchObject({ question: q2, replaced: true });
    expect(await store.findMessage({ ...ADA, userId: 'bob' }, one.answerId)).toBeUndefined();
    expect(await store.findMessage(ADA, newId())).toBeUndefined();
  });

  it('keep the text that an answer goes on from, from the moment it is asked for', async () => {
    const { answerId, questionId, question } = turn();
    await store.openTurn(turn({ answerId, questionId }));
    await store.append([answerEnd(answerId, 'Half of', { reasoning: 'hm', status: 'interrupted' })]);
    const carried = { text: 'Half of', reasoning: 'hm' };
    const going = turn({ questionId, question, carried, target: { messageId: answerId, kind: 'answer' } });
    await store.openTurn(going);
    const [, answer] = await current();
    expect(answer).toMatchObject({ id: going.answerId, status: 'streaming', content: 'Half of', reasoning: 'hm' });
    await store.append([attempt(going.answerId, { textFrom: 7, reasoningFrom: 2 }), segment(going.answerId, 7, ' it')]);
    expect((await current())[1]).toMatchObject({ content: 'Half of it', versions: [answerId, going.answerId] });
  });
});
