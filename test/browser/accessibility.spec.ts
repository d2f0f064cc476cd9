import { describe, expect, it } from '@jest/globals';
import axe from 'axe-core';
import type { BrowserContextOptions, Locator } from 'playwright-core';
import type { ChatPage } from '../support/chat-page.js';
import { useChatStage } from '../support/chat-stage.js';
import { eventually } from '../support/eventually.js';

const RICH = [
  '# Heading\n\nText with **bold**, `code` and [a link](https://example.org).\n\n- [x] done\n- [ ] to do\n\n> quoted',
  '| a | b |\n|---|--:|\n| 1 | 2 |',
  '```ts\n// comment\nconst a: number = 1; // two\nfunction f(x: string) { return `t${x}` + /re/.test("s"); }\n```',
  '```diff\n- old\n+ new\n```',
  '| c | d |\n|---|---|\n| 3 | 4 |\n\n```ts\nconst b = 2;\n```',
  'שלום עולם, זה טקסט מימין לשמאל.',
].join('\n\n');

const LOOKS: [string, BrowserContextOptions][] = [
  ['light', { colorScheme: 'light' }],
  ['dark', { colorScheme: 'dark' }],
  ['forced colours', { forcedColors: 'active' }],
  ['light on 320 pixels', { colorScheme: 'light', viewport: { width: 320, height: 640 } }],
];

describe('the page for everyone', () => {
  const stage = useChatStage({ reasoning: 'always' });

  /** What axe-core finds, each as its rule and where. */
  const violations = async ({ page }: ChatPage): Promise<string[]> => {
    await page.evaluate(axe.source);
    return page.evaluate(async () => {
      const { run } = Reflect.get(window, 'axe') as {
        run(): Promise<{ violations: { id: string; nodes: { target: unknown; failureSummary: string }[] }[] }>;
      };
      const { violations: found } = await run();
      return found.flatMap(({ id, nodes }) =>
        nodes.map((node) => `${id} ${String(node.target)} ${node.failureSummary}`),
      );
    });
  };

  it.each(LOOKS)('has nothing that axe-core objects to in %s', async (_, options) => {
    // axe-core builds its own helpers from strings, which the page's policy rightly refuses.
    const chat = await stage.visit({ ...options, bypassCSP: true });
    expect(await violations(chat)).toEqual([]);
    const answer = await chat.ask(`echo: ${RICH}`);
    await answer.locator('.c-keyword').first().waitFor();
    expect(await violations(chat)).toEqual([]);
    for (const provider of stage.simulator.all) await provider.fault({ kind: 'status', status: 500 });
    await (await chat.ask('echo: x')).getByRole('alert').waitFor();
    await stage.simulator.clear();
    if (options.viewport) await chat.page.getByRole('button', { name: 'Sessions' }).click();
    expect(await violations(chat)).toEqual([]);
    await chat.page.getByRole('button', { name: 'Settings' }).click();
    expect(await violations(chat)).toEqual([]);
    await chat.page.context().close();
  });

  it.each(LOOKS)('has nothing that axe-core objects to in %s where something is open', async (_, options) => {
    const chat = await stage.visit({ ...options, bypassCSP: true });
    const { page } = chat;
    const button = (name: string | RegExp): Locator => page.getByRole('button', { name });
    await chat.ask('echo: A haystack with a **needle**');
    const answer = chat.lastAnswer;
    for (const name of ['Details', 'Regenerate with…', 'Export']) {
      await (name === 'Export' ? button(name) : answer.getByRole('button', { name })).click();
      expect(await violations(chat)).toEqual([]);
      await page.keyboard.press('Escape');
    }
    await chat.articles.first().hover();
    await button('Edit').click();
    expect(await violations(chat)).toEqual([]);
    await button('Cancel').click();
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Shortcuts' }).waitFor();
    expect(await violations(chat)).toEqual([]);
    await page.keyboard.press('Escape');

    await page.keyboard.press('Control+k');
    await page.keyboard.type('needle');
    const found = page.getByRole('list', { name: 'Results' }).getByRole('link').first();
    await found.hover();
    expect(await found.locator('mark').count()).toBeGreaterThan(0);
    expect(await violations(chat)).toEqual([]);
    await page.getByRole('searchbox').fill('nothing like it');
    await page.getByText('Nothing was found').waitFor();
    expect(await violations(chat)).toEqual([]);
    await page.getByRole('searchbox').fill('');
    await chat.sessions.getByRole('listitem').first().hover();
    expect(await violations(chat)).toEqual([]);
    await button(/^Delete/).click();
    await button('Undo').waitFor();
    expect(await violations(chat)).toEqual([]);
    await page.context().close();
  });

  it('begins on the right with what is written from right to left, and the next text on the left', async () => {
    const chat = await stage.visit();
    const table = '| שם | מספר |\n|---|---|\n| אחת | 1 |';
    await chat.ask(`echo: טקסט\n\n${table}\n\n- פריט\n\n- ועוד\n\n> ציטוט\n\n1. [ ] משימה\n\nand English`);
    const edges = await chat.lastAnswer.locator('.prose').evaluate((prose) => {
      const gapTo = (side: 'left' | 'right', node: Node): number => {
        const range = document.createRange();
        range.selectNodeContents(node);
        return Math.abs(range.getBoundingClientRect()[side] - prose.getBoundingClientRect()[side]);
      };
      const [hebrew, english] = [...prose.querySelectorAll('.section > p')];
      const box = prose.querySelector('input');
      const others = [...prose.querySelectorAll('table, ul, blockquote, li')];
      if (!hebrew || !english || !box?.nextSibling || others.length !== 6) throw new Error('something is missing');
      const task = document.createRange();
      task.selectNode(box.nextSibling);
      return {
        right: [hebrew, ...others].map((element) => gapTo('right', element)),
        left: gapTo('left', english),
        fromBox: box.getBoundingClientRect().left - task.getBoundingClientRect().right,
        directions: others.slice(1).map((element) => getComputedStyle(element).direction),
      };
    });
    for (const gap of [...edges.right, edges.left]) expect(gap).toBeLessThan(40);
    expect(edges.fromBox).toBeGreaterThanOrEqual(0);
    expect(new Set(edges.directions)).toEqual(new Set(['rtl']));
    await chat.page.context().close();
  });

  it('fits 320 pixels without scrolling sideways, whatever an answer holds', async () => {
    const chat = await stage.visit({ viewport: { width: 320, height: 600 } });
    const wide = `echo: ${'x'.repeat(400)} ${RICH}\n\n| ${'wide cell | '.repeat(12)}\n|${'---|'.repeat(12)}\n`;
    await chat.ask(wide);
    expect(await chat.page.evaluate(() => document.documentElement.scrollWidth)).toBe(320);
    expect(await chat.conversation.evaluate((region) => region.scrollWidth <= region.clientWidth)).toBe(true);
    await chat.page.context().close();
  });

  it('says one thing at a time in one polite status, and never the single tokens, nor the marks of Markdown', async () => {
    const chat = await stage.visit();
    const status = chat.page.getByRole('status');
    await chat.page.context().setOffline(true);
    await status.getByText('You are offline.').waitFor({ state: 'attached' });
    await chat.page.context().setOffline(false);
    await status.getByText('Connected again.').waitFor({ state: 'attached' });
    await status.evaluate((status) => {
      const said: string[] = [];
      Object.assign(window, { said });
      new MutationObserver((changes) => {
        for (const { addedNodes } of changes) said.push(...[...addedNodes].map(({ textContent }) => textContent ?? ''));
      }).observe(status, { childList: true });
    });
    const long = 'One more sentence that is read out. '.repeat(60);
    await chat.ask(`echo: ${RICH}\n\nC#, a|b, x > y, snake_case and <b>x</b>.\n\n${long}`);
    await status.getByText('The answer goes on.').waitFor({ state: 'attached' });
    const said = await chat.page.evaluate(() => Reflect.get(window, 'said') as string[]);
    const [answering, complete, ...parts] = said.filter((text) => text !== '');
    expect([answering, complete?.trim()]).toEqual(['Answering…', 'Answer complete.']);
    expect(parts.length).toBeGreaterThan(5);
    expect(Math.max(...parts.map(({ length }) => length))).toBeLessThanOrEqual(101);
    expect(parts.join('')).toMatch(
      /^Heading Text with bold, code and a link\. Done done To do to do quoted a b 1 2 \/\//,
    );
    expect(parts.join('')).toContain(
      ' C#, a|b, x > y, snake_case and <b>x</b>. One more sentence that is read out. One',
    );
    expect(await status.evaluate(({ textContent }) => textContent)).toBe(`${complete}${parts.join('')}`);
    await chat.page.context().close();
  });

  it('can be used by keyboard alone: ask, open the sessions, begin a new chat, see the shortcuts', async () => {
    const chat = await stage.visit();
    await chat.page.keyboard.type('echo: by keyboard');
    await chat.page.keyboard.press('Enter');
    await chat.shows('by keyboard');
    await chat.ended();
    await chat.newChat.focus();
    await chat.page.keyboard.press('Enter');
    await chat.page.getByRole('heading', { name: 'What would you like to know?' }).waitFor();
    await chat.conversation.focus();
    await chat.page.keyboard.press('?');
    await chat.page.getByRole('dialog', { name: 'Shortcuts' }).waitFor();
    await chat.page.keyboard.press('Escape');
    await chat.page.keyboard.press('/');
    expect(await chat.message.evaluate((field) => field === document.activeElement)).toBe(true);
    await chat.page.context().close();
  });

  it('follows the system theme, and the switch over it also after a reload', async () => {
    const chat = await stage.visit({ colorScheme: 'dark' });
    const background = (): Promise<string> =>
      chat.page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
    const dark = await background();
    await chat.page.getByRole('radio', { name: 'Light' }).check();
    const light = await background();
    expect(light).not.toBe(dark);
    await chat.page.reload();
    expect(await background()).toBe(light);

    const other = await stage.visitAgain(chat);
    await other.page.getByRole('radio', { name: 'Dark' }).check();
    await eventually(async () => (await background()) === dark);
    expect(await chat.page.getByRole('radio', { name: 'Dark' }).isChecked()).toBe(true);
    expect(chat.mishaps).toEqual([]);
    await chat.page.context().close();
  });
});
