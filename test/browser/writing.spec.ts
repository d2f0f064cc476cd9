import { describe, expect, it } from '@jest/globals';
import type { ChatPage } from '../support/chat-page.js';
import { useChatStage } from '../support/chat-stage.js';
import { eventually } from '../support/eventually.js';

const MOST_CHARS = 2_000;

describe('writing', () => {
  const stage = useChatStage({}, { MAX_MESSAGE_CHARS: String(MOST_CHARS) });
  let chat: ChatPage;

  const draft = (text: string): Promise<boolean> => eventually(async () => (await chat.message.inputValue()) === text);

  it('makes a new line with Enter where there is only a touch keyboard', async () => {
    chat = await stage.visit({ hasTouch: true, isMobile: true, viewport: { width: 390, height: 780 } });
    await chat.message.tap();
    await chat.page.keyboard.type('echo: one');
    await chat.page.keyboard.press('Enter');
    await chat.page.keyboard.type('two');
    await draft('echo: one\ntwo');
    await chat.send.tap();
    await chat.shows('two');
    const targets = await chat.page.getByRole('button').filter({ visible: true }).all();
    for (const target of targets) expect((await target.boundingBox())?.height).toBeGreaterThanOrEqual(24);
  });

  it('keeps a text that the service finds too long, and says why', async () => {
    chat = await stage.visit();
    const long = 'x'.repeat(MOST_CHARS + 1);
    await chat.message.fill(long);
    await chat.send.click();
    await chat.alert.getByText(/2,?000 characters/).waitFor();
    await draft(long);
    await eventually(async () => (await chat.articles.count()) === 0);
    await chat.page.getByRole('button', { name: 'Dismiss' }).click();
    await chat.alert.waitFor({ state: 'hidden' });
  });

  it('goes on while an answer is written, and Enter sends nothing then', async () => {
    chat = await stage.visit();
    stage.simulator.configure({ pace: { firstTokenMs: 0, tokenMs: 15 } });
    await chat.begin('count to 150');
    await chat.message.pressSequentially('echo: next');
    await chat.message.press('Enter');
    await chat.page.getByRole('status').getByText('One question at a time.').waitFor({ state: 'attached' });
    await draft('echo: next');
    await chat.ended();
    await eventually(async () => (await chat.articles.count()) === 2);
    await draft('echo: next');
    await chat.message.press('Enter');
    await chat.shows('next');
  });

  it('shares its keys fairly: Escape closes what is open first, and stops an answer only then', async () => {
    chat = await stage.visit();
    await chat.ask('echo: before');
    stage.simulator.configure({ pace: { firstTokenMs: 0, tokenMs: 15 } });
    await chat.begin('count to 3000');
    await chat.shows(/1, 2, 3/);
    await chat.page.getByRole('button', { name: 'Export' }).click();
    await chat.page.keyboard.press('Escape');
    await chat.page.getByRole('button', { name: 'Markdown' }).waitFor({ state: 'hidden' });
    await chat.page.getByRole('button', { name: 'Shortcuts' }).click();
    await chat.page.keyboard.press('Escape');
    await chat.page.getByRole('dialog').waitFor({ state: 'hidden' });
    expect(await chat.stop.isVisible()).toBe(true);
    await chat.page.keyboard.press('Escape');
    await chat.ended();
    await chat.shows('Stopped');
  });

  it('belongs to a user id that can be copied, and replaced to see the chats of another browser', async () => {
    chat = await stage.visit({ permissions: ['clipboard-read', 'clipboard-write'] });
    await chat.ask('echo: mine');
    await chat.page.getByRole('button', { name: 'Settings' }).click();
    await chat.page.getByRole('button', { name: 'Copy', exact: true }).click();
    await chat.page.getByText('Copied.').waitFor();
    const id = await chat.page.evaluate(() => navigator.clipboard.readText());
    await chat.page.context().close();

    chat = await stage.visit();
    await chat.page.getByText('Your chats will be listed here.').waitFor();
    await chat.page.getByRole('button', { name: 'Settings' }).click();
    const field = chat.page.getByRole('textbox', { name: 'User id' });
    await field.fill('not an id!');
    await chat.page.getByRole('button', { name: 'Replace' }).click();
    await chat.page.getByText(/An id has 1 to 128/).waitFor();
    await field.fill(id);
    await chat.page.getByRole('button', { name: 'Replace' }).click();
    await chat.sessions.getByRole('link', { name: 'mine' }).click();
    await chat.shows('mine');
  });
});
