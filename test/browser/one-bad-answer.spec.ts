import { describe, expect, it } from '@jest/globals';
import type { ChatPage } from '../support/chat-page.js';
import { useChatStage } from '../support/chat-stage.js';
import { answerEnd, openStore, turn } from '../support/history.js';
import { MainThread } from '../support/main-thread.js';

const USER = 'reader';
const CHARS = 200_000;
/** Ten times what one task may take on a quiet machine. */
const MOST_CPU_MS = 1_000;
/** As many as an answer may have, and what stands around it. */
const MOST_ELEMENTS = 20_000;
const LOADED = 'page loaded';

const fill = (unit: string, length = CHARS): string => unit.repeat(Math.ceil(length / unit.length)).slice(0, length);
const DEEP_LIST = Array.from({ length: 40 }, (_, i) => `${' '.repeat(i * 2)}- a\n`).join('');
const LONG_TEXTS: Readonly<Record<string, string>> = {
  'blocks of code': fill('```\na\n```\n'),
  // These cost the parser most.
  'items of lists in lists': fill(DEEP_LIST, CHARS / 5),
  'rows of a table': `|a|b|\n|-|-|\n${fill('|a|b|\n')}`,
};

describe('an answer that cannot be rendered', () => {
  const stage = useChatStage({}, {}, keepLongTexts);
  let chat: ChatPage;

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
    // The page reports the fault to the console, and nothing else.
    expect(new Set(chat.mishaps.splice(0))).toEqual(new Set(['RangeError: Maximum call stack size exceeded']));
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

  /** Asserted: whatever a long text is made of, the page can be used while they are shown, and soon shows all of them. */
  it.each(Object.keys(LONG_TEXTS))('is none with thousands of %s', async (name) => {
    chat = await stage.visit({ user: USER, url: 'about:blank' });
    await chat.page.addInitScript((mark) => {
      addEventListener('DOMContentLoaded', () => performance.mark(mark));
    }, LOADED);
    const thread = await MainThread.record(chat.page, 1);
    await chat.page.goto(`${stage.service.url}/#/s/${sessionOf(name)}`);
    await chat.articles.nth(1).waitFor();
    await chat.message.fill('typed meanwhile');
    await chat.ended();
    const tasks = await thread.tasksAfter(LOADED);
    expect(Math.max(...tasks.map(({ ownMs }) => ownMs))).toBeLessThan(MOST_CPU_MS);
    const shown = await chat.lastAnswer.locator('.prose').evaluate((prose) => ({
      elements: prose.getElementsByTagName('*').length,
      letters: prose.textContent.match(/[ab]/g)?.length ?? 0,
    }));
    expect(shown.elements).toBeLessThan(MOST_ELEMENTS);
    expect(shown.letters).toBeGreaterThanOrEqual(LONG_TEXTS[name]?.match(/[ab]/g)?.length ?? Infinity);
    expect(await chat.message.inputValue()).toBe('typed meanwhile');
    expect(chat.mishaps).toEqual([]);
  });
});

function sessionOf(name: string): string {
  return name.replaceAll(' ', '-');
}

async function keepLongTexts(url: string): Promise<void> {
  const { store, close } = await openStore(url);
  for (const [name, text] of Object.entries(LONG_TEXTS)) {
    const answerId = `answer-${sessionOf(name)}`;
    await store.openTurn(turn({ userId: USER, sessionId: sessionOf(name), answerId }));
    await store.append([answerEnd(answerId, text)]);
  }
  await close();
}
