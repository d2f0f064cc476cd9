import { describe, expect, it } from '@jest/globals';
import type { ChatPage } from '../support/chat-page.js';
import { useChatStage } from '../support/chat-stage.js';
import { eventually } from '../support/eventually.js';

const SLOW = { firstTokenMs: 0, tokenMs: 15 };
const LAST = 400;
const NUMBERS = Array.from({ length: LAST }, (_, i) => i + 1).join(', ');

describe('a turn that was asked', () => {
  const stage = useChatStage();
  let chat: ChatPage;

  const button = (name: string): ReturnType<ChatPage['page']['getByRole']> =>
    chat.conversation.getByRole('button', { name, exact: true });
  const provider = (): Promise<string> => chat.lastAnswer.locator('.trail').innerText();
  const text = (): Promise<string> => chat.lastAnswer.locator('.prose').innerText();
  const focused = (): Promise<string> =>
    chat.page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? '');
  const regenerated = async (): Promise<void> => {
    await chat.stop.waitFor({ state: 'hidden' });
    await chat.lastAnswer.getByRole('group', { name: 'Versions' }).waitFor();
  };

  it('is answered once more by the next provider, and its earlier answers can be read again', async () => {
    chat = await stage.visit();
    await chat.ask('echo: a word');
    const first = await provider();
    await button('Regenerate').click();
    await regenerated();
    expect(await chat.articles.count()).toBe(2);
    expect(await provider()).not.toBe(first);
    expect(await focused()).toBe('Message');

    await chat.lastAnswer.getByText('2 / 2').waitFor();
    await button('Previous version').click();
    await chat.lastAnswer.getByText('1 / 2').waitFor();
    expect(await provider()).toBe(first);
    expect(await focused()).toBe('Next version');
    expect(await button('Regenerate').count()).toBe(0);
    await chat.page.keyboard.press('Enter');
    await chat.lastAnswer.getByText('2 / 2').waitFor();
    expect(await button('Regenerate').count()).toBe(1);
  });

  it('is answered by the provider that is chosen, by keyboard', async () => {
    chat = await stage.visit();
    await chat.ask('echo: a word');
    for (const name of ['mistral', 'groq', 'deepseek']) {
      await button('Regenerate with…').focus();
      await chat.page.keyboard.press('Enter');
      await chat.page.keyboard.press('Tab');
      await chat.lastAnswer.getByRole('button', { name, exact: true }).press('Enter');
      await regenerated();
      await eventually(async () => (await provider()) === name);
    }
    await chat.lastAnswer.getByText('4 / 4').waitFor();
  });

  it('is asked in other words: what followed it makes room and is kept as a version', async () => {
    chat = await stage.visit();
    await chat.ask('echo: one');
    await chat.ask('echo: two');
    await chat.articles.first().hover();
    await button('Edit').first().click();
    const field = chat.page.getByRole('textbox', { name: 'Edit question' });
    await eventually(async () => (await field.inputValue()) === 'echo: one');
    await field.fill('echo: another one');
    await field.dispatchEvent('keydown', { key: 'Enter', isComposing: true, bubbles: true });
    await field.dispatchEvent('keydown', { key: 'Enter', keyCode: 229, bubbles: true });
    await field.press('Shift+Enter');
    await field.pressSequentially('!');
    await chat.page.getByRole('button', { name: 'Save' }).click();
    await chat.shows(/another one\s*!/);
    await chat.ended();
    await eventually(async () => (await chat.articles.count()) === 2);
    expect(await focused()).toBe('Message');

    const question = chat.articles.first();
    await question.getByText('2 / 2').waitFor();
    await question.getByRole('button', { name: 'Previous version' }).click();
    await eventually(async () => (await chat.articles.count()) === 4);
    expect(await chat.conversation.innerText()).toMatch(/one[^]*two/);
    // What is asked now follows what stands, not what is read.
    await chat.message.fill('echo: three');
    await chat.send.click();
    await chat.shows('three');
    await chat.ended();
    expect(await chat.articles.allInnerTexts().then((all) => all.join())).not.toContain('two');
    await chat.page.reload();
    await chat.shows('three');
    await eventually(async () => (await chat.articles.count()) === 4);
  });

  it('stays as it was when its editor is left by Escape or Cancel, and an answer that runs is not stopped by that', async () => {
    chat = await stage.visit();
    await chat.ask('echo: as it was');
    for (const leave of ['Escape', 'Cancel']) {
      await chat.articles.first().hover();
      await button('Edit').click();
      const field = chat.page.getByRole('textbox', { name: 'Edit question' });
      await field.fill('something else');
      if (leave === 'Escape') await field.press('Escape');
      else await chat.page.getByRole('button', { name: 'Cancel' }).click();
      await field.waitFor({ state: 'detached' });
      expect(await focused()).toBe('Edit');
      expect(await chat.articles.first().innerText()).toContain('echo: as it was');
    }
    stage.simulator.configure({ pace: SLOW });
    await chat.begin(`count to ${LAST}`);
    for (const name of ['Edit', 'Regenerate', 'Regenerate with…']) expect(await button(name).count()).toBe(0);
    await chat.stop.click();
    await chat.ended();
  });

  it('goes on after it was stopped, in its place, and each character is there once', async () => {
    chat = await stage.visit();
    stage.simulator.configure({ pace: SLOW });
    await chat.begin(`count to ${LAST}`);
    await chat.shows(/1, 2, 3/);
    await chat.stop.click();
    await chat.ended();
    await chat.shows('Stopped');
    const begun = await text();
    await chat.lastAnswer.evaluate((article) => Object.assign(window, { article }));
    await button('Continue').click();
    await chat.stop.waitFor();
    expect((await text()).startsWith(begun.trimEnd())).toBe(true);
    await chat.ended();
    expect(await text()).toBe(NUMBERS);
    expect(await chat.lastAnswer.evaluate((article) => article === Reflect.get(window, 'article'))).toBe(true);
    await chat.lastAnswer.getByText('2 / 2').waitFor();
    expect(await button('Continue').isVisible()).toBe(false);
  });

  it('goes on over a reload, when it is regenerated and when it is continued', async () => {
    chat = await stage.visit();
    await chat.ask(`count to ${LAST}`);
    stage.simulator.configure({ pace: SLOW });
    await button('Regenerate').click();
    await chat.shows(/1, 2, 3/);
    await chat.page.reload();
    await chat.shows(/1, 2, 3/);
    await chat.stop.click();
    await chat.ended();
    await chat.shows('Stopped');
    const begun = await text();
    await button('Continue').click();
    // Before it asks, the page looks whether the chat has moved on.
    await eventually(async () => (await text()).length > begun.length);
    await chat.page.reload();
    await chat.stop.waitFor();
    // The button may be there a moment before the text.
    await eventually(async () => (await text()).startsWith(begun.trimEnd()));
    await chat.ended();
    expect(await text()).toBe(NUMBERS);
    await chat.lastAnswer.getByText('3 / 3').waitFor();
    await chat.page.reload();
    await chat.lastAnswer.getByText('3 / 3').waitFor();
    expect(await text()).toBe(NUMBERS);
  });

  it('is regenerated by Retry where it failed, which takes the place of the failure', async () => {
    chat = await stage.visit();
    for (const one of stage.simulator.all) await one.fault({ kind: 'status', status: 500 });
    await (await chat.ask('echo: at last')).getByRole('alert').waitFor();
    await stage.simulator.clear();
    await button('Retry').click();
    await chat.shows('at last');
    await chat.ended();
    expect(await chat.articles.count()).toBe(2);
    expect(await chat.lastAnswer.getByRole('alert').count()).toBe(0);
  });

  it('is what it was when it could not be asked again, and says why', async () => {
    chat = await stage.visit();
    await chat.ask('echo: still here');
    await chat.page.route('**/rr-chat/stream', (route) =>
      route.fulfill({ status: 500, contentType: 'application/problem+json', body: '{"detail":"Out of order."}' }),
    );
    await button('Regenerate').click();
    await chat.alert.getByText('Out of order.').waitFor();
    expect(await text()).toBe('still here');
    await chat.articles.first().hover();
    await button('Edit').click();
    await chat.page.getByRole('textbox', { name: 'Edit question' }).fill('echo: precious');
    await chat.page.getByRole('button', { name: 'Save' }).click();
    await chat.alert.getByText('Out of order.').waitFor();
    // The text is still there, in the editor that it was written in.
    await eventually(
      async () => (await chat.page.getByRole('textbox', { name: 'Edit question' }).inputValue()) === 'echo: precious',
    );
    await chat.page.keyboard.press('Escape');
    expect(await text()).toBe('still here');
  });
});
