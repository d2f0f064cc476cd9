import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { startChatStage, type ChatPage, type ChatStage } from '../support/chat-page.js';

describe('an answer that cannot be rendered', () => {
  let stage: ChatStage;
  let chat: ChatPage;
  beforeAll(async () => {
    stage = await startChatStage();
  });
  afterEach(() => chat.page.context().close());
  afterAll(() => stage.close());

  it('is shown as it was written, alone, also when the chat is opened again', async () => {
    chat = await stage.visit();
    await chat.page.addInitScript(() => {
      const create = Document.prototype.createTextNode;
      Document.prototype.createTextNode = function (text) {
        if (text.includes('unlucky')) throw new RangeError('Maximum call stack size exceeded');
        return create.call(this, text);
      };
    });
    await chat.page.reload();
    await chat.ask('echo: a **lucky** one');
    await chat.ask('echo: an **unlucky** one');
    for (const reload of [false, true]) {
      if (reload) await chat.page.reload();
      await chat.lastAnswer.getByText('an **unlucky** one').waitFor();
      expect(await chat.articles.count()).toBe(4);
      expect(await chat.articles.nth(1).locator('strong').innerText()).toBe('lucky');
      expect(await chat.alert.count()).toBe(0);
    }
    await chat.ask('echo: a **lucky** one again');
    expect(await chat.lastAnswer.locator('strong').innerText()).toBe('lucky');
  });

  it.each([
    ['thousands of quotations in one another', '>'.repeat(8_000)],
    ['a thousand signs without an end', '**a _b ~~c ~d '.repeat(250)],
  ])('is none with %s: all of it is there, and so is the chat after a reload', async (_, source) => {
    chat = await stage.visit();
    const written = (shown: string): string => shown.replace(/[^a-d>]/g, '');
    await chat.ask(`echo: ${source}`);
    await chat.page.reload();
    await chat.articles.nth(1).waitFor();
    await chat.ended();
    expect(written(await chat.lastAnswer.locator('.prose').innerText())).toBe(written(source));
    expect(await chat.alert.count()).toBe(0);
    expect(chat.mishaps).toEqual([]);
  });
});
