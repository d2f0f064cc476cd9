import { describe, expect, it } from '@jest/globals';
import type { ChatPage } from '../support/chat-page.js';
import { useChatStage } from '../support/chat-stage.js';
import { eventually } from '../support/eventually.js';

const WINDOW_MS = 4_000;

describe('a rate limit in the page', () => {
  const stage = useChatStage({}, { RATE_LIMIT: '1', RATE_LIMIT_WINDOW_MS: String(WINDOW_MS) });
  let chat: ChatPage;

  it('counts down, keeps the text, and then sends it by itself', async () => {
    chat = await stage.visit();
    await chat.ask('echo: one');
    await chat.message.fill('echo: two');
    await chat.send.click();
    await chat.alert.getByText(/will be sent by itself/).waitFor();
    await eventually(async () => (await chat.message.inputValue()) === 'echo: two');
    await eventually(async () => (await chat.articles.count()) === 2);
    const first = await chat.page.locator('.ticking').innerText();
    await eventually(async () => (await chat.page.locator('.ticking').innerText({ timeout: 5_000 })) !== first);

    await eventually(async () => (await chat.articles.count()) === 4, WINDOW_MS * 3);
    await chat.ended();
    expect(await chat.lastAnswer.innerText()).toContain('two');
    await eventually(async () => (await chat.message.inputValue()) === '');
  });

  it('sends nothing once the countdown is cancelled, and still keeps the text', async () => {
    chat = await stage.visit();
    await chat.page.clock.install();
    let asked = 0;
    chat.page.on('request', (request) => (asked += request.method() === 'POST' ? 1 : 0));
    await chat.ask('echo: one');
    await chat.message.fill('echo: never');
    await chat.send.click();
    await chat.alert.getByRole('button', { name: 'Cancel' }).click();
    await chat.page.clock.fastForward(WINDOW_MS * 2);
    expect(await chat.articles.count()).toBe(2);
    // The first question and the one that was refused.
    expect(asked).toBe(2);
    await eventually(async () => (await chat.message.inputValue()) === 'echo: never');
  });

  it('keeps the end of the conversation in view, and passes the focus on when it is cancelled by a key', async () => {
    chat = await stage.visit({ viewport: { width: 400, height: 600 } });
    await chat.ask(`echo: ${'a line of it\n\n'.repeat(30)}`);
    await chat.message.fill('echo: too soon');
    await chat.message.press('Enter');
    await chat.alert.getByText(/will be sent by itself/).waitFor();
    await eventually(async () => (await chat.toEnd()) <= 1);
    expect(await chat.page.getByRole('button', { name: 'Jump to latest' }).isVisible()).toBe(false);
    await chat.message.press('Shift+Tab');
    await chat.alert.getByRole('button', { name: 'Cancel' }).press('Enter');
    expect(await chat.message.evaluate((field) => field === document.activeElement)).toBe(true);
  });
});
