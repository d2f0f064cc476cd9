import { describe, expect, it } from '@jest/globals';
import type { ChatPage } from '../support/chat-page.js';
import { useChatStage } from '../support/chat-stage.js';
import { eventually } from '../support/eventually.js';

describe('the end of a conversation, kept in view', () => {
  const stage = useChatStage({ pace: { firstTokenMs: 0, tokenMs: 4 } });
  let chat: ChatPage;

  const words = (count: number): string => Array.from({ length: count }, (_, i) => `word ${i}`).join(' ');

  it('is let go of by a key that leads up, wherever in the conversation the focus is', async () => {
    chat = await stage.visit();
    await chat.begin(`echo: [a link](https://example.com/) ${words(1_500)}`);
    await chat.shows(/word 400/);
    await chat.lastAnswer.getByRole('link', { name: 'a link' }).evaluate((link) => link.focus({ preventScroll: true }));
    expect(await chat.toEnd()).toBeLessThan(60);
    await chat.page.keyboard.press('ArrowUp');
    await chat.page.getByRole('button', { name: 'Jump to latest' }).waitFor();
    const before = await chat.conversation.evaluate((region) => region.scrollTop);
    await chat.shows(/word 900/);
    expect(await chat.conversation.evaluate((region) => region.scrollTop)).toBeLessThanOrEqual(before);
    await chat.stop.click();
    await chat.ended();
  });

  it('is let go of by a key between the layout of more text and the frame that shows it', async () => {
    chat = await stage.visit();
    await chat.begin(`echo: ${words(1_500)}`);
    await chat.shows(/word 400/);
    await chat.lastAnswer.locator('.prose').evaluate((prose) => {
      prose.append(Object.assign(document.createElement('p'), { textContent: 'more' }));
      prose.getBoundingClientRect();
      prose.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowUp', bubbles: true }));
    });
    await chat.shows(/word 900/);
    expect(await chat.page.getByRole('button', { name: 'Jump to latest' }).isVisible()).toBe(true);
    await chat.stop.click();
    await chat.ended();
  });

  it('does not take away what is unfolded by hand', async () => {
    stage.simulator.configure({ reasoning: 'always', pace: 'instant' });
    chat = await stage.visit({ viewport: { width: 320, height: 420 } });
    await chat.ask('How does a hash map work?');
    await chat.ask('echo: short');
    const thoughts = chat.lastAnswer.getByText('Thoughts');
    expect(await chat.toEnd()).toBeLessThan(60);
    await thoughts.click();
    await eventually(() => chat.lastAnswer.locator('.reasoning-text').isVisible());
    for (let frame = 0; frame < 3; frame++) await chat.page.evaluate(() => new Promise(requestAnimationFrame));
    const [top, summary] = await Promise.all([chat.conversation.boundingBox(), thoughts.boundingBox()]);
    expect(summary?.y).toBeGreaterThan(top?.y ?? Infinity);
  });
});
