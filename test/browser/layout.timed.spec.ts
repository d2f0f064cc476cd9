import { describe, expect, it } from '@jest/globals';
import { useChatStage } from '../support/chat-stage.js';
import { MainThread } from '../support/main-thread.js';

const BEGIN = 'begin';

describe('a running answer', () => {
  const stage = useChatStage({ pace: { firstTokenMs: 0, tokenMs: 5 } });

  it('is laid out in tasks of their own, and not by the frames that draw it', async () => {
    const chat = await stage.visit();
    const sentence = 'Some **words** of a paragraph that goes on and on, with `code` in it. ';
    const thread = await MainThread.record(chat.page, 4);
    await chat.page.evaluate((begin) => performance.mark(begin), BEGIN);
    await chat.ask(`echo: ${`${sentence.repeat(8)}\n\n`.repeat(20)}`);
    const drawn = await thread.shareWith('Layout', 'Paint', BEGIN);
    console.log(`${(drawn * 100).toFixed()} % was laid out by frames`);
    // When frames did both it was 88 %.
    expect(drawn).toBeLessThan(0.4);
    await chat.page.context().close();
  });
});
