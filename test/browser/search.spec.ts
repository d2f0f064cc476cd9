import { describe, expect, it } from '@jest/globals';
import type { Locator, Request } from 'playwright-core';
import type { ChatPage } from '../support/chat-page.js';
import { useChatStage } from '../support/chat-stage.js';
import { eventually } from '../support/eventually.js';
import { answerEnd, openStore, turn } from '../support/history.js';
import type { StoredEnd } from '../../src/history/history-store.js';

const USER = 'searcher';
const TURNS = 600;
const SHORT = 30;
/** Answers of which there is only one. */
const SPECIAL: Readonly<Record<number, string>> = {
  5: 'Answer 5, with a needle in it',
  9: `${'A line of it.\n\n'.repeat(300)}The last one, with a thimble`,
};

describe('the search', () => {
  const stage = useChatStage({}, {}, fill);
  let chat: ChatPage;
  let box: Locator;

  const visit = async (viewport = { width: 1100, height: 700 }): Promise<void> => {
    chat = await stage.visit({ user: USER, viewport });
    box = chat.page.getByRole('searchbox', { name: 'Search' });
  };
  const results = (): Locator => chat.page.getByRole('list', { name: 'Results' }).getByRole('link');

  it('finds words in questions, answers and titles, and marks them as text', async () => {
    await visit();
    await box.fill('Żółw');
    await eventually(async () => (await results().count()) === 1);
    expect(await results().first().innerText()).toContain('<b>żółw</b>');
    expect(await results().first().locator('mark').allInnerTexts()).toEqual(['żółw']);
    expect(await results().first().locator('b').count()).toBe(0);
    await box.fill('needle in');
    await results().getByText('needle').waitFor();
    expect(await results().first().locator('mark').allInnerTexts()).toEqual(expect.arrayContaining(['needle', 'in']));
  });

  it('leads to the message, however far back it is, points it out and gives it the focus', async () => {
    await visit();
    await box.fill('needle');
    await eventually(async () => (await results().count()) === 1);
    await results().first().press('Enter');
    const found = chat.conversation.getByRole('article').filter({ hasText: 'a needle in it' });
    await found.waitFor();
    await eventually(() => found.evaluate((article) => article === document.activeElement));
    const box_ = await found.boundingBox();
    expect(box_?.y).toBeGreaterThan(0);
    expect(box_?.y).toBeLessThan(400);
    expect(await chat.articles.count()).toBeLessThanOrEqual(200);
    await chat.page.getByRole('button', { name: 'Jump to latest' }).click();
    await chat.shows(`Answer ${TURNS}`);
    // The address is the session's: coming back does not go there again.
    expect(chat.page.url()).toMatch(/#\/s\/long$/);
    await chat.page.reload();
    await chat.shows(`Answer ${TURNS}`);
  });

  it('leads to the words in a long message, and marks them until something else has the focus', async () => {
    await visit();
    await box.fill('thimble');
    await results().first().press('Enter');
    const found = chat.conversation.getByRole('article').filter({ hasText: 'thimble' });
    const words = found.getByText('with a thimble');
    await eventually(async () => {
      const place = await words.boundingBox();
      return place !== null && place.y > 50 && place.y < 400;
    });
    const marked = (): Promise<string[]> =>
      chat.page.evaluate(() => [...(CSS.highlights.get('found') ?? [])].map((range) => (range as Range).toString()));
    expect(await marked()).toEqual(['thimble']);
    await chat.message.click();
    expect(await marked()).toEqual([]);
  });

  it('shows more results on demand, says when there are none, and gives way to the sessions on Escape', async () => {
    await visit();
    await chat.sessions.getByRole('link', { name: 'Short 1', exact: true }).waitFor();
    await box.fill('common');
    await eventually(async () => (await results().count()) === 20);
    await chat.page.getByRole('button', { name: 'More results' }).click();
    await eventually(async () => (await results().count()) === SHORT);
    await box.fill('no such thing');
    await chat.page.getByText('Nothing was found for “no such thing”.').waitFor();
    expect(await chat.page.getByRole('status').allInnerTexts()).toContain('0 results');
    await box.press('Escape');
    await chat.sessions.getByRole('link', { name: 'Short 1', exact: true }).waitFor();
    expect(await box.inputValue()).toBe('');
    expect(await box.evaluate((field) => field === document.activeElement)).toBe(true);
  });

  it('asks once for what is typed quickly, and shows no answer to an older question', async () => {
    await visit();
    const asked: string[] = [];
    const first = Promise.withResolvers<void>();
    const isFirst = (request: Request): boolean => new URL(request.url()).searchParams.get('q') === 'common';
    const over = Promise.race([
      chat.page.waitForEvent('requestfinished', isFirst),
      chat.page.waitForEvent('requestfailed', isFirst),
    ]);
    await chat.page.route('**/search?**', async (route) => {
      const q = new URL(route.request().url()).searchParams.get('q') ?? '';
      asked.push(q);
      // The answer to the first question comes last.
      if (q === 'common') await first.promise;
      await route.continue().catch(() => undefined);
    });
    await box.pressSequentially('common', { delay: 10 });
    await eventually(() => asked.includes('common'));
    await box.fill('needle');
    await eventually(async () => (await results().count()) === 1);
    first.resolve();
    await over;
    expect(await results().count()).toBe(1);
    expect(asked).toEqual(['common', 'needle']);
  });

  it('says that it failed, and works again afterwards', async () => {
    await visit();
    await chat.page.route('**/search?**', (route) => route.abort());
    await box.fill('needle');
    await chat.sessions.getByText(/The search failed/).waitFor();
    await chat.page.unroute('**/search?**');
    await box.fill('needle ');
    await eventually(async () => (await results().count()) === 1);
  });

  it('is opened by a key, also where the sessions slide over the conversation', async () => {
    await visit({ width: 360, height: 700 });
    await chat.page.keyboard.press('Control+k');
    await eventually(() => box.evaluate((field) => field === document.activeElement));
    await chat.page.keyboard.type('needle');
    await results().first().click();
    const found = chat.conversation.getByRole('article').filter({ hasText: 'a needle in it' });
    await found.waitFor();
    await box.waitFor({ state: 'hidden' });
    await eventually(() => found.evaluate((article) => article === document.activeElement));
  });
});

async function fill(url: string): Promise<void> {
  const { store, close } = await openStore(url);
  const ends: StoredEnd[] = [];
  const add = async (
    sessionId: string,
    name: string,
    question: string,
    answer: string,
    title: string,
  ): Promise<void> => {
    const answerId = `answer-${name}`;
    const session = { userId: USER, sessionId };
    await store.openTurn(turn({ ...session, questionId: `question-${name}`, question, answerId, title }));
    ends.push(answerEnd(answerId, answer));
  };
  for (let i = 1; i <= TURNS; i++) {
    await add('long', `long-${i}`, `Question ${i}`, SPECIAL[i] ?? `Answer ${i}`, 'Long');
  }
  for (let i = 1; i <= SHORT; i++) {
    await add(
      `short-${i}`,
      `short-${i}`,
      `Short ${i}`,
      i === 1 ? 'A <b>żółw</b>, common' : 'Something common',
      `Short ${i}`,
    );
  }
  await store.append(ends);
  await close();
}
