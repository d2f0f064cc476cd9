import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { ChatPage } from '../support/chat-page.js';
import { useChatStage } from '../support/chat-stage.js';
import { eventually } from '../support/eventually.js';
import { hideTab, showTab } from '../support/hidden-tab.js';

const PACE = { firstTokenMs: 0, tokenMs: 2.5 };
const SAMPLES = 8;
const SAMPLE_MS = 1_500;

describe('an answer in a hidden tab', () => {
  const stage = useChatStage({ pace: PACE }, { MAX_OUTPUT_TOKENS: '100000' });
  let hidden: ChatPage;

  const text = ({ page }: ChatPage): Promise<string> =>
    page.evaluate(() => document.querySelector('.prose')?.textContent ?? '');

  /**
   * Asserted: the hidden tab shows at least what a visible tab with the same answer showed two samples (3 s) before, at
   * every sample, so that nothing piles up; and all of it a moment after it comes back.
   */
  it('is shown as it is written, and is there when the tab comes back', async () => {
    hidden = await stage.visit();
    await hidden.begin('write 60 KB in Markdown');
    // The session has its address once the question was accepted.
    await hidden.page.waitForFunction(() => location.hash.length > '#/'.length);
    const visible = await ChatPage.open(hidden.page.context(), await hidden.page.evaluate(() => location.href));
    await eventually(async () => (await text(visible)).length > 0);
    await hideTab(hidden.page);
    const shown: { hidden: number; visible: number }[] = [];
    for (let i = 0; i < SAMPLES; i++) {
      await delay(SAMPLE_MS);
      shown.push({ hidden: (await text(hidden)).length, visible: (await text(visible)).length });
    }
    shown.slice(2).forEach((sample, i) => expect(sample.hidden).toBeGreaterThan(shown[i]!.visible));
    expect(shown.at(-1)?.hidden).toBeGreaterThan((shown[0]?.hidden ?? 0) + 5_000);

    const before = (await text(visible)).length;
    await showTab(hidden.page);
    await eventually(async () => (await text(hidden)).length >= before, 2_000);
    await hidden.stop.click();
    await Promise.all([hidden.ended(), visible.ended()]);
    expect(await text(hidden)).toBe(await text(visible));
    expect(hidden.mishaps).toEqual([]);
  }, 90_000);

  it('goes on being shown in a tab that was hidden between a change of the text and the frame with it', async () => {
    hidden = await stage.visit();
    stage.simulator.configure({ pace: { firstTokenMs: 0, tokenMs: 100 } });
    await hidden.begin('write 60 KB in Markdown');
    await eventually(async () => (await text(hidden)).length > 0);
    await hideTab(hidden.page, 'after a change');
    const before = (await text(hidden)).length;
    await eventually(async () => (await text(hidden)).length > before + 20, 10_000);
    await showTab(hidden.page);
    await hidden.stop.click();
    await hidden.ended();
    stage.simulator.configure({ pace: PACE });
    expect(hidden.mishaps).toEqual([]);
  });

  it('is whole soon after its end, also if it came faster than a tab is painted', async () => {
    hidden = await stage.visit();
    stage.simulator.configure({ pace: 'instant' });
    await hideTab(hidden.page);
    await hidden.message.fill('write 60 KB in Markdown');
    await hidden.send.evaluate((send) => (send as HTMLButtonElement).click());
    await eventually(async () => (await text(hidden)).length > 50_000, 15_000);
    expect(await hidden.page.evaluate(() => document.hidden)).toBe(true);
    stage.simulator.configure({ pace: PACE });
    await showTab(hidden.page);
    await hidden.ended();
    expect(hidden.mishaps).toEqual([]);
  });
});
