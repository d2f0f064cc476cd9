import { describe, expect, it } from '@jest/globals';
import type { ChatPage } from '../support/chat-page.js';
import { useChatStage } from '../support/chat-stage.js';
import { eventually } from '../support/eventually.js';

describe('the context of a question', () => {
  const stage = useChatStage();
  let chat: ChatPage;

  const requests = (): number => stage.simulator.all.flatMap((provider) => provider.requests()).length;
  const session = (): string => new URL(chat.page.url()).hash.replace('#/s/', '');
  const user = (): Promise<string> => chat.page.evaluate(() => localStorage.getItem('rondo.user') ?? '');
  const note = (): ReturnType<ChatPage['page']['getByText']> =>
    chat.page.getByText('You are reading an earlier version.');
  const elsewhere = async (path: string, init: RequestInit): Promise<void> => {
    const response = await fetch(`${stage.service.url}${path}`, init);
    expect(response.ok).toBe(true);
    await response.text();
  };
  const ask = async (body: object): Promise<void> =>
    elsewhere('/rr-chat', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ user_id: await user(), session_id: session(), ...body }),
    });
  /** The reader comes back to the page. */
  const comeBack = (): Promise<boolean> => chat.page.evaluate(() => dispatchEvent(new Event('focus')));
  const editor = (): ReturnType<ChatPage['page']['getByRole']> =>
    chat.page.getByRole('textbox', { name: 'Edit question' });
  const edit = async (text: string): Promise<void> => {
    await chat.articles.first().hover();
    await chat.articles.first().getByRole('button', { name: 'Edit' }).click();
    await editor().fill(text);
  };
  const readEarlierVersion = async (): Promise<void> => {
    await chat.articles.nth(1).hover();
    await chat.articles.nth(1).getByRole('button', { name: 'Previous version' }).click();
    await note().waitFor();
  };

  it('is said while an earlier version is read, and the message box has it for its description', async () => {
    chat = await stage.visit();
    await chat.ask('echo: one');
    await chat.ask('echo: two');
    await chat.articles.nth(1).hover();
    await chat.articles.nth(1).getByRole('button', { name: 'Regenerate', exact: true }).click();
    await eventually(async () => (await chat.articles.count()) === 2);
    await chat.ended();
    await readEarlierVersion();
    expect(await chat.articles.count()).toBe(4);
    await chat.page.getByText('Your next question goes on from version 2 of 2.').waitFor();
    expect(await chat.message.getAttribute('aria-describedby')).toContain('context');
    await chat.page.getByRole('button', { name: 'Show version 2' }).click();
    await note().waitFor({ state: 'hidden' });
    expect(await chat.articles.count()).toBe(2);

    await readEarlierVersion();
    await chat.message.fill('echo: three');
    await chat.send.click();
    await chat.shows('three');
    await note().waitFor({ state: 'hidden' });
    expect(await chat.articles.count()).toBe(4);
  });

  it('is shown first where another device has gone on, and the text is kept', async () => {
    chat = await stage.visit();
    await chat.ask('echo: one');
    await ask({ message: 'echo: from the phone' });
    const before = requests();
    await chat.message.fill('echo: two');
    await chat.send.click();
    await chat.alert.getByText('This chat has gone on elsewhere.').waitFor();
    await chat.shows('from the phone');
    expect(await chat.message.inputValue()).toBe('echo: two');
    expect(requests()).toBe(before);

    await chat.send.click();
    await chat.shows('two');
    expect(await chat.articles.count()).toBe(6);
    expect(requests()).toBe(before + 1);
  });

  it('is shown first where another device has gone on, also for Regenerate and an edit', async () => {
    chat = await stage.visit();
    await chat.ask('echo: one');
    await ask({ message: 'echo: from the phone' });
    const before = requests();
    await chat.lastAnswer.getByRole('button', { name: 'Regenerate', exact: true }).click();
    await chat.alert.getByText('This chat has gone on elsewhere.').waitFor();
    await chat.shows('from the phone');
    expect(await chat.articles.count()).toBe(4);
    expect(requests()).toBe(before);

    await ask({ message: 'echo: from the tablet' });
    await edit('echo: precious');
    await chat.page.getByRole('button', { name: 'Save' }).click();
    await chat.shows('from the tablet');
    await eventually(async () => (await editor().inputValue()) === 'echo: precious');
    expect(await chat.articles.count()).toBe(6);
    expect(requests()).toBe(before + 1);

    await chat.page.getByRole('button', { name: 'Save' }).click();
    await chat.shows('precious');
    await chat.ended();
    expect(await chat.articles.count()).toBe(2);
  });

  it('keeps the text of an edit where the chat was deleted in another tab', async () => {
    chat = await stage.visit();
    await chat.ask('echo: one');
    await edit('echo: precious');
    await elsewhere(`/sessions/${session()}?user_id=${await user()}`, { method: 'DELETE' });
    await chat.page.getByRole('button', { name: 'Save' }).click();
    await chat.alert.getByText('This chat was deleted in another tab.').waitFor();
    await eventually(async () => (await chat.message.inputValue()) === 'echo: precious');
    expect(await chat.articles.count()).toBe(0);
  });

  it('stays where it is read and edited when another device goes on', async () => {
    chat = await stage.visit({ viewport: { width: 900, height: 500 } });
    await chat.ask(`echo: ${'a line of it\n\n'.repeat(60)}`);
    const top = (): Promise<number> => chat.conversation.evaluate(({ scrollTop }) => scrollTop);
    await chat.conversation.hover();
    await chat.page.mouse.wheel(0, -900);
    await chat.page.getByRole('button', { name: 'Jump to latest' }).waitFor();
    const before = await top();
    await ask({ message: 'echo: from the phone' });
    await comeBack();
    await eventually(async () => (await chat.articles.count()) === 4);
    expect(await top()).toBe(before);

    await edit('echo: precious');
    await ask({ message: 'echo: from the tablet' });
    await comeBack();
    await eventually(async () => (await chat.articles.count()) === 6);
    expect(await editor().inputValue()).toBe('echo: precious');
    expect(await editor().evaluate((field) => field === document.activeElement)).toBe(true);
    await chat.page.getByRole('button', { name: 'Save' }).click();
    await chat.shows('precious');
    await chat.ended();
    expect(await chat.articles.count()).toBe(2);
  });

  it('takes no edit away when another device has its question answered anew, or asks another one in its place', async () => {
    chat = await stage.visit();
    await chat.ask('echo: one');
    const { history } = (await (
      await fetch(`${stage.service.url}/history?user_id=${await user()}&session_id=${session()}`)
    ).json()) as { history: { id: string }[] };
    await edit('echo: precious');
    await ask({ regenerate: history[1]?.id });
    await comeBack();
    await chat.lastAnswer.getByText('2 / 2').waitFor();
    expect(await editor().inputValue()).toBe('echo: precious');

    await ask({ message: 'echo: from the phone', replaces: history[0]?.id });
    await comeBack();
    await chat.shows('from the phone');
    expect(await editor().count()).toBe(0);
    expect(await chat.message.inputValue()).toBe('echo: precious');
  });

  it('gives an edit back when the chat was deleted in another tab', async () => {
    chat = await stage.visit();
    await chat.ask('echo: one');
    await edit('echo: precious');
    await elsewhere(`/sessions/${session()}?user_id=${await user()}`, { method: 'DELETE' });
    await comeBack();
    await chat.alert.getByText('This chat was deleted in another tab.').waitFor();
    await eventually(async () => (await chat.message.inputValue()) === 'echo: precious');
  });

  it('is a new chat where this one was deleted in another tab, and the text is kept', async () => {
    chat = await stage.visit();
    await chat.ask('echo: one');
    const deleted = session();
    await elsewhere(`/sessions/${deleted}?user_id=${await user()}`, { method: 'DELETE' });
    const before = requests();
    await chat.message.fill('echo: two');
    await chat.send.click();
    await chat.alert.getByText('This chat was deleted in another tab.').waitFor();
    await eventually(async () => (await chat.message.inputValue()) === 'echo: two');
    await eventually(async () => (await chat.articles.count()) === 0);
    expect(requests()).toBe(before);

    await chat.send.click();
    await chat.shows('two');
    expect(session()).not.toBe(deleted);
  });

  it('is a new chat where an address leads to none', async () => {
    chat = await stage.visit();
    await chat.page.goto(`${stage.service.url}/#/s/nothing`);
    await chat.alert.getByText('This chat does not exist').waitFor();
    await chat.ask('echo: one');
    expect(session()).not.toBe('nothing');
  });
});
