import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startChatStage, type ChatPage, type ChatStage } from '../support/chat-page.js';

const TOKEN_MS = 2.5;
const THROTTLING = 4;
/** Half of a slow machine's time is still its reader's. */
const BUSY_SHARE = 0.5;

describe('a long and fast answer on a slow machine', () => {
  let stage: ChatStage;
  let chat: ChatPage;
  beforeAll(async () => {
    const pace = { firstTokenMs: 0, tokenMs: TOKEN_MS };
    stage = await startChatStage({ pace }, { MAX_OUTPUT_TOKENS: '100000' });
    chat = await stage.visit();
    const devtools = await chat.page.context().newCDPSession(chat.page);
    await devtools.send('Emulation.setCPUThrottlingRate', { rate: THROTTLING });
  });
  afterAll(() => stage.close());

  /** The share of the time that the page itself keeps busy, drawing included, since it was asked last. */
  const busyShare = async (during: () => Promise<void>): Promise<number> => {
    const devtools = await chat.page.context().newCDPSession(chat.page);
    await devtools.send('Performance.enable', { timeDomain: 'threadTicks' });
    const read = async (): Promise<number> => {
      const { metrics } = await devtools.send('Performance.getMetrics');
      return metrics.find(({ name }) => name === 'TaskDuration')?.value ?? NaN;
    };
    const [before, start] = [await read(), performance.now()];
    await during();
    return ((await read()) - before) / ((performance.now() - start) / 1000);
  };

  it('costs no more at its end than at its beginning, and reacts to Stop within a moment', async () => {
    await chat.begin('write 60 KB in Markdown');
    const wait = (): Promise<void> => chat.page.waitForTimeout(3_000);
    const early = await busyShare(wait);
    await chat.page.waitForFunction(() => (document.querySelector('.prose')?.textContent.length ?? 0) > 25_000, null, {
      polling: 500,
      timeout: 50_000,
    });
    const late = await busyShare(wait);
    expect(early).toBeLessThan(BUSY_SHARE);
    expect(late).toBeLessThan(Math.max(early * 2, BUSY_SHARE));
    const reaction = await chat.page.evaluate(async () => {
      const stop = document.getElementById('stop');
      const pressed = performance.now();
      stop?.click();
      await new Promise((resolve) => requestAnimationFrame(resolve));
      return stop?.classList.contains('stopping') || stop?.hidden ? performance.now() - pressed : Infinity;
    });
    expect(reaction).toBeLessThan(100);
    await chat.ended();
    expect(chat.mishaps).toEqual([]);
  });

  it('is not held up by a tab that is hidden', async () => {
    await chat.newChat.click();
    const other = await chat.page.context().newPage();
    await chat.begin('count to 400');
    await other.bringToFront();
    await chat.page.waitForFunction(() => document.querySelector('.prose')?.textContent.includes('399, 400'), null, {
      polling: 200,
    });
    await other.close();
  });
});
