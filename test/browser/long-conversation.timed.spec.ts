import { beforeAll, describe, expect, it } from '@jest/globals';
import { median } from '../../bench/measure/statistics.js';
import type { ChatPage } from '../support/chat-page.js';
import { useChatStage } from '../support/chat-stage.js';
import { eventually } from '../support/eventually.js';
import { answerEnd, openStore, turn } from '../support/history.js';

const TURNS = 5_000;
const USER = 'long-reader';

describe('a conversation of 10,000 messages', () => {
  const stage = useChatStage({ pace: { firstTokenMs: 0, tokenMs: 10 } }, {}, fill);
  let chat: ChatPage;
  beforeAll(async () => {
    chat = await stage.visit({ user: USER, url: `${stage.service.url}/#/s/long` });
    await chat.shows(`Answer ${TURNS}`);
  });

  const top = (): Promise<number> => chat.conversation.evaluate((region) => region.scrollTop);
  const scrollTo = (position: number): Promise<void> =>
    chat.conversation.evaluate((region, value) => void (region.scrollTop = value), position);

  const shownAt = (): Promise<number> =>
    chat.page.evaluate(() => performance.getEntriesByName('conversation-shown').at(-1)?.startTime ?? NaN);

  /** Milliseconds from its choice, in a page that shows another conversation, until it has been fetched and is in the page. */
  const opening = async (): Promise<number> => {
    await chat.page.evaluate(() => (location.hash = '#/s/another'));
    await chat.message.waitFor();
    await eventually(async () => (await chat.articles.count()) === 0);
    const chosenAt = await chat.page.evaluate(() => {
      location.hash = '#/s/long';
      return performance.now();
    });
    await chat.shows(`Answer ${TURNS}`);
    return (await shownAt()) - chosenAt;
  };

  /** Milliseconds from the arrival of the history to the messages, in a page that is only just being loaded. */
  const loading = async (): Promise<number> => {
    await chat.page.goto('about:blank');
    await chat.page.goto(`${stage.service.url}/#/s/long`);
    await chat.shows(`Answer ${TURNS}`);
    const arrivedAt = await chat.page.evaluate(() => {
      const history = performance.getEntriesByType('resource').find((entry) => entry.name.includes('/history'));
      return history ? (history as PerformanceResourceTiming).responseEnd : NaN;
    });
    return (await shownAt()) - arrivedAt;
  };

  it('opens at its end, quickly', async () => {
    const took = [await opening(), await opening(), await opening()];
    expect(Math.min(...took)).toBeGreaterThan(0);
    expect(median(took)).toBeLessThan(100);
    expect(await chat.toEnd()).toBeLessThan(2);
  });

  /** The browser compiles what reads Markdown only now, which takes a slow machine most of this time. */
  it('is there soon after its history even where the page is opened with it', async () => {
    const took = [await loading(), await loading(), await loading()];
    expect(Math.min(...took)).toBeGreaterThan(0);
    expect(median(took)).toBeLessThan(250);
    expect(await chat.toEnd()).toBeLessThan(2);
  });

  it('never holds more than 200 messages, however far its reader goes back, and does not jump', async () => {
    for (let round = 0; round < 25; round++) {
      await scrollTo(0);
      await eventually(async () => (await top()) > 0);
      expect(await chat.articles.count()).toBeLessThanOrEqual(200);
    }
    const oldest = await chat.articles.first().innerText();
    expect(Number(/Question (\d+)/.exec(oldest)?.[1])).toBeLessThan(TURNS - 100);
    await chat.page.getByRole('button', { name: 'Jump to latest' }).click();
    await chat.shows(`Answer ${TURNS}`);
  });

  it('follows an answer until its reader moves up, and again at the end', async () => {
    await chat.begin('count to 600');
    await chat.shows(/1, 2, 3/);
    await chat.conversation.hover();
    await chat.page.mouse.wheel(0, -300);
    const jump = chat.page.getByRole('button', { name: 'Jump to latest' });
    await jump.waitFor();
    const reading = await top();
    await chat.shows(/30, 31, 32/);
    expect(await top()).toBe(reading);
    await jump.click();
    await jump.waitFor({ state: 'hidden' });
    await chat.shows(/90, 91, 92/);
    expect(await chat.toEnd()).toBeLessThan(60);
    await chat.message.press('Escape');
    await chat.ended();
    expect(chat.mishaps).toEqual([]);
  });
});

async function fill(url: string): Promise<void> {
  const { store, close } = await openStore(url);
  const ends = [];
  for (let i = 1; i <= TURNS; i++) {
    const answerId = `answer-${i}`;
    const session = { userId: USER, sessionId: 'long' };
    await store.openTurn(turn({ ...session, questionId: `question-${i}`, question: `Question ${i}`, answerId }));
    ends.push(
      answerEnd(answerId, `Answer ${i}: **yes**, with \`code\`.\n\n- one\n- two\n\n\`\`\`js\nconst n = ${i};\n\`\`\``),
    );
  }
  await store.append(ends);
  await close();
}
