import { describe, expect, it } from '@jest/globals';
import type { ChatPage } from '../support/chat-page.js';
import { useChatStage } from '../support/chat-stage.js';

describe('a list', () => {
  const stage = useChatStage();
  let chat: ChatPage;

  /** Asserted: nothing is cut off, as it looks the same where nothing can be. */
  it.each([
    ['a hundred items', Array.from({ length: 101 }, (_, i) => `${i + 1}. item\n`).join('')],
    ['a number of three digits at its beginning', '998. item\n999. item\n1000. item\n'],
    ['a year at its beginning', '1986. A great year\n'],
    ['a long number, in a quotation', '> 123456789. item\n'],
    ['a long number, in an item', '- item\n\n  12345. item\n'],
  ])('shows all digits of its numbers: with %s', async (_name, list) => {
    chat = await stage.visit({ viewport: { width: 360, height: 700 } });
    const answer = await chat.ask(`echo: ${list}`);
    await answer.locator('li').last().scrollIntoViewIfNeeded();
    const picture = async (): Promise<Buffer> => chat.page.screenshot({ animations: 'disabled', caret: 'hide' });
    const shown = await picture();
    await chat.page.evaluate(() => {
      const uncut = new CSSStyleSheet();
      uncut.replaceSync('.section { contain: layout style !important }');
      document.adoptedStyleSheets = [uncut];
    });
    expect(shown.equals(await picture())).toBe(true);
  });

  it('that begins with another one has both signs on one line', async () => {
    chat = await stage.visit();
    const answer = await chat.ask('echo: - plain\n- - - within\n- behind\n  - text');
    const heightOf = (text: string): Promise<number> =>
      answer
        .locator('li')
        .filter({ hasText: text })
        .first()
        .evaluate((item) => item.getBoundingClientRect().height);
    const line = await heightOf('plain');
    expect(await heightOf('within')).toBe(line);
    expect(await heightOf('behind')).toBeGreaterThan(2 * line);
  });
});
