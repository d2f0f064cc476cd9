import { describe, expect, it } from '@jest/globals';
import { useChatStage } from '../support/chat-stage.js';
import { MainThread } from '../support/main-thread.js';

const LINES = 60;
const BEGIN = 'begin';

describe('a long list', () => {
  const stage = useChatStage();

  /** What the browser takes to find what is to be painted of a line that comes to the last of so many items, in ms. */
  const msPerLine = async (items: number): Promise<number> => {
    const chat = await stage.visit();
    const list = Array.from(
      { length: items },
      (_, i) => `- item **${i}**\n  - and \`what\` is to be\n    - **said** of it\n`,
    );
    const answer = await chat.ask(`echo: ${list.join('')}`);
    const thread = await MainThread.record(chat.page, 1);
    await answer
      .locator('li')
      .last()
      .evaluate(
        async (item, { lines, begin }) => {
          performance.mark(begin);
          for (let line = 0; line < lines; line++) {
            item.append('and a line more ', document.createElement('br'));
            await new Promise(requestAnimationFrame);
          }
        },
        { lines: LINES, begin: BEGIN },
      );
    const times = await thread.timesOf('PrePaint', BEGIN);
    expect(times.length).toBeGreaterThanOrEqual(LINES);
    await chat.page.context().close();
    return times.reduce((sum, ms) => sum + ms, 0) / LINES;
  };

  it('is not looked at as a whole for a line that is written into its last item', async () => {
    const short = await msPerLine(10);
    const long = await msPerLine(300);
    console.log(`${(long / short).toFixed(1)} times the time of a short one`);
    // With items that were not contained it was 3.
    expect(long / short).toBeLessThan(2);
  });
});
