import { describe, expect, it } from '@jest/globals';
import type { Locator } from 'playwright-core';
import { sessions } from '../support/chat-api.js';
import type { ChatPage } from '../support/chat-page.js';
import { useChatStage } from '../support/chat-stage.js';
import { eventually } from '../support/eventually.js';
import { ask } from '../support/events.js';

describe('the list of sessions', () => {
  const stage = useChatStage();
  let chat: ChatPage;

  const link = (name: string): Locator => chat.sessions.getByRole('link', { name });
  const isFocused = (element: Locator): Promise<boolean> => element.evaluate((node) => node === document.activeElement);
  const user = (): Promise<string> => chat.page.evaluate(() => localStorage.getItem('rondo.user') ?? '');
  /** Asks something in a new chat. */
  const begin = async (text: string): Promise<void> => {
    await chat.newChat.click();
    await eventually(async () => (await chat.articles.count()) === 0);
    await chat.ask(`echo: ${text}`);
  };

  it('lists sessions, switches between them, and goes Back', async () => {
    chat = await stage.visit();
    await chat.ask('echo: first chat');
    await chat.newChat.click();
    await eventually(async () => (await chat.articles.count()) === 0);
    await chat.ask('echo: second chat');
    await chat.sessions.getByRole('link', { name: 'first chat' }).click();
    await chat.shows('first chat');
    await chat.page.goBack();
    await chat.shows('second chat');
    await eventually(async () => (await chat.sessions.getByRole('link').count()) === 2);
  });

  it('is where a button or a link leads at once, so that what is typed next belongs there', async () => {
    chat = await stage.visit();
    await chat.ask('echo: first chat');
    const clickAndType = (place: Locator, text: string): Promise<void> =>
      place.evaluate((element, typed) => {
        (element as HTMLElement).click();
        const field = document.querySelector('textarea') as HTMLTextAreaElement;
        field.value = typed;
        field.dispatchEvent(new Event('input', { bubbles: true }));
      }, text);
    await clickAndType(chat.newChat, 'for a new chat');
    await eventually(async () => (await chat.articles.count()) === 0);
    expect(await chat.message.inputValue()).toBe('for a new chat');
    await clickAndType(link('first chat'), 'for the first chat');
    await chat.shows('first chat');
    expect(await chat.message.inputValue()).toBe('for the first chat');
    await chat.newChat.click();
    await eventually(async () => (await chat.message.inputValue()) === 'for a new chat');
  });

  it('names a session that is far down the list, and offers its export', async () => {
    chat = await stage.visit();
    await chat.ask('echo: far away');
    const address = chat.page.url();
    const user_id = await user();
    for (let n = 0; n < 60; n++) {
      const response = await ask(stage.service.url, { user_id, session_id: `later-${n}`, message: 'echo: later' });
      await response.text();
    }
    await chat.page.goto('about:blank');
    await chat.page.goto(address);
    await chat.page.getByRole('heading', { level: 1, name: 'far away' }).waitFor();
    await chat.page.getByRole('button', { name: 'Export' }).waitFor();
  });

  it('renames a session, and deletes one with a way back', async () => {
    chat = await stage.visit();
    await chat.ask('echo: to be renamed');
    const row = chat.sessions.getByRole('listitem');
    await row.hover();
    await row.getByRole('button', { name: /^Rename/ }).click();
    await chat.page.getByRole('textbox', { name: 'Title' }).fill('A better name');
    await chat.page.keyboard.press('Enter');
    await chat.sessions.getByRole('link', { name: 'A better name' }).waitFor();

    await row.hover();
    await row.getByRole('button', { name: 'Delete' }).click();
    await row.waitFor({ state: 'detached' });
    await chat.page.getByRole('button', { name: 'Undo' }).click();
    await chat.sessions.getByRole('link', { name: 'A better name' }).waitFor();
    await chat.shows('to be renamed');
  });

  it('has the focus back when its deletion is undone by a key', async () => {
    chat = await stage.visit();
    await begin('the one deleted');
    await chat.newChat.click();
    await begin('the other');
    const row = chat.sessions.getByRole('listitem').filter({ hasText: 'the one deleted' });
    await row.hover();
    await row.getByRole('button', { name: 'Delete' }).click();
    await chat.page.getByRole('button', { name: 'Undo' }).press('Enter');
    await link('the one deleted').waitFor();
    expect(await link('the one deleted').evaluate((row) => row === document.activeElement)).toBe(true);
  });

  it('has Rename and Delete for those who do not point, under names that no title adds to', async () => {
    chat = await stage.visit();
    await begin('stop sending');
    await chat.message.hover();
    await chat.message.focus();
    const title = chat.sessions.getByText('stop sending');
    const calm = await title.boundingBox();
    for (const name of ['Rename', 'Delete']) {
      expect(await chat.sessions.getByRole('button', { name, exact: true }).count()).toBe(1);
    }
    expect(await chat.stop.count()).toBe(0);
    expect(await chat.send.count()).toBe(1);
    await chat.sessions.getByRole('listitem').hover();
    expect(await title.boundingBox()).toEqual(calm);
    await chat.message.hover();
    await chat.sessions.getByRole('button', { name: 'Delete' }).click();
    await link('stop sending').waitFor({ state: 'detached' });
  });

  it.each([1280, 320])('offers the way back where it covers no control, on %d pixels', async (width) => {
    chat = await stage.visit({ viewport: { width, height: 700 } });
    await chat.ask(`echo: ${'a long title '.repeat(8)}`);
    await chat.ask('echo: more');
    const toggle = chat.page.getByRole('button', { name: 'Sessions' });
    if (width < 800) await toggle.click();
    await chat.sessions.getByRole('button', { name: 'Delete' }).click();
    await chat.page.getByRole('button', { name: 'Undo' }).waitFor();
    expect(await covered(chat)).toEqual([]);
    if (width > 800) return;
    await chat.page.keyboard.press('Escape');
    await chat.sessions.waitFor({ state: 'hidden' });
    expect(await covered(chat)).toEqual([]);
  });

  it('says what will be there before anything was asked', async () => {
    chat = await stage.visit();
    const hint = chat.sessions.getByText('Your chats will be listed here.');
    await hint.waitFor();
    await chat.ask('echo: something');
    await hint.waitFor({ state: 'hidden' });
  });

  it('leaves the focus where it is when it is told anew, also in a title that is being written', async () => {
    chat = await stage.visit();
    await begin('older');
    await begin('newer');
    const refresh = async (): Promise<void> => {
      const told = chat.page.waitForResponse((response) => response.url().includes('/sessions'));
      await chat.page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
      await told;
    };
    await link('older').focus();
    await refresh();
    // The one in focus moves to the top, for something was asked in it elsewhere.
    const elsewhere = await stage.visitAgain(chat);
    await elsewhere.sessions.getByRole('link', { name: 'older' }).click();
    await elsewhere.shows('older');
    await elsewhere.ask('echo: once more');
    await chat.page.bringToFront();
    await refresh();
    await eventually(async () => /older/.test(await chat.sessions.getByRole('link').first().innerText()));
    expect(await isFocused(link('older'))).toBe(true);

    await chat.page.keyboard.press('Tab');
    await chat.page.keyboard.press('Enter');
    const title = chat.page.getByRole('textbox', { name: 'Title' });
    await title.fill('half a ti');
    await refresh();
    expect(await isFocused(title)).toBe(true);
    await title.pressSequentially('tle');
    await title.press('Enter');
    await link('half a title').waitFor();
    expect(await isFocused(link('half a title'))).toBe(true);
  });

  it('gives the focus to the next session when the one that has it is deleted', async () => {
    chat = await stage.visit();
    for (const name of ['one', 'two', 'three']) await begin(name);
    for (const [deleted, next] of [
      ['two', 'one'],
      ['one', 'three'],
    ] as const) {
      await link(deleted).focus();
      await chat.page.keyboard.press('Tab');
      await chat.page.keyboard.press('Tab');
      await chat.page.keyboard.press('Enter');
      await link(deleted).waitFor({ state: 'detached' });
      expect(await isFocused(link(next))).toBe(true);
    }
  });

  it('shows a new chat and not the list over it when the open one is deleted on a narrow screen', async () => {
    chat = await stage.visit({ viewport: { width: 390, height: 700 } });
    const toggle = chat.page.getByRole('button', { name: 'Sessions' });
    await chat.ask('echo: the only one');
    await toggle.click();
    await chat.sessions.getByRole('button', { name: 'Delete' }).click();
    await eventually(async () => (await chat.articles.count()) === 0);
    await chat.sessions.waitFor({ state: 'hidden' });
  });

  it('marks a session that is answering, and no longer than it does, though another one is shown', async () => {
    chat = await stage.visit();
    stage.simulator.configure({ pace: { firstTokenMs: 0, tokenMs: 20 } });
    await chat.begin('count to 100');
    await chat.shows(/1, 2, 3/);
    await chat.newChat.click();
    const mark = chat.sessions.getByRole('img', { name: 'answering' });
    await mark.waitFor();
    const name = await user();
    await eventually(
      async () => (await sessions(stage.service.url, name)).sessions[0]?.running_answer_id === undefined,
      30_000,
    );
    await mark.waitFor({ state: 'hidden', timeout: 8_000 });
  });
});

/** The controls of the page that lie under its toast. */
function covered({ page }: ChatPage): Promise<string[]> {
  return page.evaluate(() => {
    const toast = document.getElementById('toast');
    const over = toast?.getBoundingClientRect() ?? new DOMRect();
    return [...document.querySelectorAll('button, input, textarea, select, a')]
      .filter((control) => !toast?.contains(control) && control.checkVisibility({ visibilityProperty: true }))
      .filter((control) => {
        const { left, right, top, bottom } = control.getBoundingClientRect();
        return left < over.right && right > over.left && top < over.bottom && bottom > over.top;
      })
      .map((control) => control.outerHTML);
  });
}
