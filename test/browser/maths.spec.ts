import { describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import type { ChatPage } from '../support/chat-page.js';
import { useChatStage } from '../support/chat-stage.js';

const TEXT = [
  'For $ax^2 + bx + c = 0$ it is \\(x\\), and it costs $5 or $10.',
  '$$\nx = \\frac{-b \\pm \\sqrt{b^2 - 4ac}}{2a}\n$$',
  'Then \\[ \\sum_{i=1}^n i \\] holds, `$not^this$` and invalid $\\frac{1$ too.',
].join('\n\n');

const many = (open: string, times: number, close: string): string => open.repeat(times) + 'x' + close.repeat(times);

/** What must neither lead anywhere nor take its time. */
const HOSTILE = [
  '\\href{javascript:window.hit=1}{x}',
  '\\url{javascript:window.hit=1}^2',
  '\\class{composer}{x^2}',
  '\\id{message}{x^2}',
  '\\style{position:fixed;inset:0}{x^2}',
  '\\data{a=b}{x^2}',
  '\\htmlData{a=b}{x^2}',
  '\\includegraphics{https://evil.example/leak.png}',
  '\\color{white}\\colorbox{red}{x^2}',
  '\\def\\a{\\a\\a}\\a^2',
  `\\gdef\\b#1{${'#1'.repeat(50)}}\\b{\\b{\\b{\\b{x}}}}`,
  many('\\mathllap{', 100, '}'),
  many('\\cancelto{a}{', 100, '}'),
  many('\\sqrt{', 400, '}'),
  '\\rule{9999em}{9999em} x^2',
  '\\hspace{99999em} x^2 \\raise{9999em}{x} \\kern-9999em y',
  '\\Huge\\Huge\\Huge x^2',
  '\\text{<img src=x onerror=window.hit=1>}^2',
  '\\verb|<script>window.hit=1</script>|^2',
  '\\ce{<svg onload=window.hit=1>}^2',
  '\\begin{matrix}' + '&'.repeat(2_000) + '\\end{matrix}',
];

describe('formulas in an answer', () => {
  const stage = useChatStage();
  let chat: ChatPage;

  const formulas = (page: Page): Promise<string[]> => page.getByRole('math').allInnerTexts();

  it('become MathML that a screen reader can read, and prices, code and invalid TeX stay as they are', async () => {
    chat = await stage.visit();
    const answer = await chat.ask(`echo: ${TEXT}`);
    await answer.getByRole('math').nth(3).waitFor();
    expect(await answer.getByRole('math').count()).toBe(4);
    expect(await answer.locator('mfrac').count()).toBe(1);
    expect(await answer.innerText()).toContain('costs $5 or $10.');
    expect(await answer.locator('code').innerText()).toBe('$not^this$');
    expect(await answer.innerText()).toContain('$\\frac{1$ too');
    expect(chat.mishaps).toEqual([]);
  });

  it('cost nothing before the first one', async () => {
    chat = await stage.visit();
    const requests: string[] = [];
    chat.page.on('request', (request) => requests.push(request.url()));
    await chat.ask('echo: no formula, just $5');
    expect(requests.filter((url) => url.includes('typeset'))).toEqual([]);
    await chat.ask('echo: a formula, $x^2$');
    await chat.lastAnswer.getByRole('math').waitFor();
    expect(requests.filter((url) => url.includes('typeset')).length).toBeGreaterThan(0);
  });

  it('are text while they are being written, and the same in the end as after a reload', async () => {
    chat = await stage.visit();
    stage.simulator.configure({ pace: { firstTokenMs: 0, tokenMs: 30 } });
    await chat.begin(`echo: ${TEXT}`);
    await chat.shows(/x = \\frac\{-b/);
    await chat.ended();
    stage.simulator.configure({ pace: 'instant' });
    await chat.lastAnswer.getByRole('math').nth(3).waitFor();
    const shown = await formulas(chat.page);
    await chat.page.reload();
    await chat.lastAnswer.getByRole('math').nth(3).waitFor();
    expect(await formulas(chat.page)).toEqual(shown);
    expect(chat.mishaps).toEqual([]);
  });

  it('stay TeX where what typesets them cannot be loaded', async () => {
    chat = await stage.visit();
    await chat.page.route(/typeset/, (route) => route.abort());
    const answer = await chat.ask(`echo: ${TEXT}`);
    expect(await answer.innerText()).toContain('$ax^2 + bx + c = 0$');
    expect(await answer.innerText()).toContain('\\frac{-b \\pm \\sqrt{b^2 - 4ac}}{2a}');
    expect(await answer.getByRole('math').count()).toBe(0);
    expect(chat.mishaps).toEqual([]);
  });

  it('do harm to nobody, whatever they say', async () => {
    chat = await stage.visit();
    const foreign: string[] = [];
    chat.page.on('request', (request) => {
      if (!request.url().startsWith(stage.service.url)) foreign.push(request.url());
    });
    const answer = await chat.ask(`echo: ${HOSTILE.map((tex) => `$${tex}$`).join('\n\n')}\n\nlast $x^2 + 1$.`);
    await answer.getByText('last').getByRole('math').waitFor();
    const found = await answer.locator('.prose').evaluate((prose) => {
      const elements = [...prose.querySelectorAll('.formula *')];
      const { left, right } = prose.getBoundingClientRect();
      return {
        foreign: elements.filter((element) => element.namespaceURI !== 'http://www.w3.org/1998/Math/MathML').length,
        attributes: [...new Set(elements.flatMap((element) => element.getAttributeNames()))],
        classes: elements.filter((element) => element.classList.contains('composer')).length,
        colours: new Set(elements.map((element) => getComputedStyle(element).color)).size,
        wide: [...prose.querySelectorAll('.formula')].filter(
          (place) => place.getBoundingClientRect().right > right + 1 && left > 0,
        ).length,
        height: prose.scrollHeight,
      };
    });
    expect(found).toMatchObject({ foreign: 0, classes: 0, colours: 1, wide: 0 });
    expect(found.height).toBeLessThan(20_000);
    for (const name of found.attributes) expect(name).not.toMatch(/^on|^id$|^href$|^src|^data|xlink/);
    expect(await chat.page.evaluate(() => 'hit' in window)).toBe(false);
    expect(foreign).toEqual([]);
    expect(chat.mishaps).toEqual([]);
  });

  it('are scrolled by keyboard where they are wider than the page', async () => {
    chat = await stage.visit({ viewport: { width: 320, height: 640 } });
    const wide = Array.from({ length: 30 }, (_, i) => `a_{${i}}`).join('');
    const answer = await chat.ask(`echo: $$${wide}$$\n\n$$b$$\n\ninline $${wide}$.`);
    const boxes = answer.getByRole('math');
    await boxes.nth(2).waitFor();
    await answer.locator('math[tabindex="0"]').nth(1).waitFor();
    expect(await boxes.evaluateAll((all) => all.map((box) => box.getAttribute('tabindex')))).toEqual(['0', null, '0']);
    expect(await chat.conversation.evaluate((region) => region.scrollWidth <= region.clientWidth)).toBe(true);
  });
});
