import { describe, expect, it } from '@jest/globals';
import type { ChatPage } from '../support/chat-page.js';
import { useChatStage } from '../support/chat-stage.js';
import { eventually } from '../support/eventually.js';

const SLOW = { firstTokenMs: 0, tokenMs: 15 };

describe('what the page says of an answer', () => {
  const stage = useChatStage();
  let chat: ChatPage;

  it('is who failed, and no author where nobody has written anything, also after a reload', async () => {
    chat = await stage.visit();
    for (const provider of stage.simulator.all) await provider.fault({ kind: 'status', status: 500 });
    const answer = await chat.ask('echo: x');
    await answer.getByRole('alert').getByText('No provider could answer.').waitFor();
    const trail = answer.locator('.trail');
    const steps = async (): Promise<string[]> => (await trail.innerText()).split('→').map((step) => step.trim());
    const failed = /^(?:groq|mistral|deepseek)\s+failed$/;
    for (const step of await steps()) expect(step).toMatch(failed);
    expect(await answer.getByRole('button', { name: 'Copy message' }).count()).toBe(0);
    // Only what has just happened is an alert.
    for (const provider of stage.simulator.all) await provider.fault({ kind: 'status', status: 500 });
    await chat.ask('echo: y');
    await chat.lastAnswer.getByRole('alert').waitFor();
    expect(await chat.alert.count()).toBe(1);
    await chat.page.reload();
    await chat.shows('No provider could answer.');
    for (const step of await steps()) expect(step).toMatch(failed);
  });

  it('is that it was broken off, and not that nobody answered, where some of it is shown', async () => {
    chat = await stage.visit();
    for (const provider of stage.simulator.all) await provider.fault({ kind: 'truncate', afterTokens: 3 });
    const answer = await chat.ask('count to 50');
    await answer.getByRole('alert').getByText('What is shown may be incomplete.').waitFor();
    expect(await answer.innerText()).not.toContain('No provider could answer');
    await chat.page.reload();
    await chat.shows('What is shown may be incomplete.');
  });

  it('is where a link leads whose text is another address', async () => {
    chat = await stage.visit();
    const answer = await chat.ask('echo: Go to [https://bank.com](https://evil.example/x) or [ours](https://e.org)');
    await answer.getByText('https://bank.com (evil.example) or ours').waitFor();
  });

  it('is its count, estimated and then reported, in a place that does not move', async () => {
    chat = await stage.visit();
    stage.simulator.configure({ pace: SLOW });
    await chat.begin('count to 200');
    const chip = chat.lastAnswer.locator('.chip');
    await chip.getByText(/EST [\d,]+ tokens/).waitFor();
    // All that the browser counts as moving by itself, from the frame with the first token to the end, but for the line
    // below the text, which each new line of the text moves straight down.
    await chat.page.evaluate(async () => {
      for (let frame = 0; frame < 2; frame++) await new Promise(requestAnimationFrame);
      const moved: string[] = [];
      Object.assign(window, { moved });
      new PerformanceObserver((list) => {
        for (const { node, previousRect: from, currentRect: to } of list
          .getEntries()
          .flatMap(
            (entry) => Reflect.get(entry, 'sources') as { node?: Node; previousRect: DOMRect; currentRect: DOMRect }[],
          )) {
          const pushedDown = from.x === to.x && from.width === to.width && from.height === to.height && to.y > from.y;
          if (node?.nodeName !== 'FOOTER' || !pushedDown) moved.push(`${node?.nodeName}: ${node?.textContent}`);
        }
      }).observe({ type: 'layout-shift', buffered: false });
    });
    const before = await chip.boundingBox();
    await chat.ended();
    await chip.getByText(/ACU [\d,]+ tokens/).waitFor();
    const after = await chip.boundingBox();
    expect([after?.x, after?.width, after?.height]).toEqual([before?.x, before?.width, before?.height]);
    expect(await chat.page.evaluate(() => Reflect.get(window, 'moved') as string[])).toEqual([]);
  });

  it('is a text that the browser does not count as jumping, as long as its end is kept in view', async () => {
    chat = await stage.visit({ viewport: { width: 390, height: 800 } });
    stage.simulator.configure({ pace: { firstTokenMs: 0, tokenMs: 3 } });
    const step = `1. **Step** with \`code\` and [a link](https://example.com/) in words that wrap around
   - below it some more words, and \`inline_code()\` that wraps onto the next line
     - deeper *still*, with words enough to fill more than one line
`;
    await chat.begin(`echo: ${step.repeat(40)}`);
    await chat.page.evaluate(() => {
      Object.assign(window, { shift: 0 });
      new PerformanceObserver((list) => {
        const shifts = list.getEntries().filter((entry) => !Reflect.get(entry, 'hadRecentInput'));
        const sum = shifts.reduce((sum, entry) => sum + (Reflect.get(entry, 'value') as number), 0);
        Object.assign(window, { shift: (Reflect.get(window, 'shift') as number) + sum });
      }).observe({ type: 'layout-shift', buffered: false });
    });
    await chat.ended();
    const { scrolled, shift } = await chat.conversation.evaluate((region) => ({
      scrolled: region.scrollTop,
      shift: Reflect.get(window, 'shift') as number,
    }));
    expect(scrolled).toBeGreaterThan(2_000);
    // What the web calls good; scrolled by a script alone it was 0.46.
    expect(shift).toBeLessThan(0.1);
  });

  it('is how it came about, on demand: model, tokens, first token, speed', async () => {
    chat = await stage.visit();
    stage.simulator.configure({ pace: SLOW });
    const answer = await chat.ask('count to 60');
    await answer.getByRole('button', { name: 'Details' }).click();
    for (const term of ['Model', 'Prompt', 'Answer', 'Counted by', 'First token', 'Whole answer', 'Speed']) {
      await answer.getByRole('term').getByText(term, { exact: true }).waitFor();
    }
    await answer.getByText(/^\d+ tokens\/s$/).waitFor();
    await chat.page.keyboard.press('Escape');
    await answer.getByText(/tokens\/s/).waitFor({ state: 'hidden' });
  });

  it('is that it was cut off, and Continue goes on', async () => {
    chat = await stage.visit();
    const limit = async (tokens: string): Promise<void> => {
      await chat.page.getByRole('button', { name: 'Settings' }).click();
      await chat.page.getByRole('spinbutton', { name: 'Maximum tokens' }).fill(tokens);
      await chat.page.getByRole('button', { name: 'Done' }).click();
    };
    await limit('12');
    const answer = await chat.ask('count to 50');
    await answer.getByText('Cut off at the maximum length').waitFor();
    const cut = await answer.locator('.prose').innerText();
    await limit('');
    await answer.getByRole('button', { name: 'Continue' }).click();
    await eventually(async () => (await chat.lastAnswer.locator('.prose').innerText()).endsWith(', 50'));
    await chat.ended();
    expect((await chat.lastAnswer.locator('.prose').innerText()).startsWith(cut)).toBe(true);
    await chat.lastAnswer.getByText('Cut off').waitFor({ state: 'hidden' });
  });

  it('is what it thought before, folded', async () => {
    chat = await stage.visit();
    stage.simulator.configure({ reasoning: 'always' });
    const answer = await chat.ask('How does a hash map work?');
    const thoughts = answer.locator('.reasoning-text');
    expect(await thoughts.isVisible()).toBe(false);
    await answer.getByText('Thoughts').click();
    expect((await thoughts.innerText()).length).toBeGreaterThan(10);
  });

  it('begins with the empty state at its top, however small the window is', async () => {
    chat = await stage.visit({ viewport: { width: 320, height: 420 } });
    await chat.page.getByRole('heading', { name: 'What would you like to know?' }).waitFor();
    expect(await chat.conversation.evaluate((region) => region.scrollTop)).toBe(0);
    await chat.page.getByRole('button', { name: /in a table/ }).click();
    await chat.ended();
    await chat.lastAnswer.getByRole('table').first().waitFor();
  });

  it('is printed whole, and nothing but the conversation', async () => {
    chat = await stage.visit({ viewport: { width: 800, height: 500 }, colorScheme: 'dark' });
    await chat.ask(`echo: ${'a line of it\n\n'.repeat(150)}and its last words`);
    const paper = (await chat.page.pdf({ format: 'A4' })).toString('latin1');
    expect(paper.match(/\/Type \/Page\b/g)?.length).toBeGreaterThan(2);
    await chat.page.emulateMedia({ media: 'print' });
    for (const control of [chat.message, chat.send, chat.newChat, chat.lastAnswer.getByRole('button').first()]) {
      expect(await control.isVisible()).toBe(false);
    }
    const ink = await chat.lastAnswer.evaluate((answer) => getComputedStyle(answer).color);
    expect(ink).toBe('rgb(33, 31, 27)');
  });
});
