import { describe, expect, it } from '@jest/globals';
import { useChatStage } from '../support/chat-stage.js';
import { eventually } from '../support/eventually.js';

describe('a long table', () => {
  const stage = useChatStage({ pace: { firstTokenMs: 0, tokenMs: 1 } });

  it('keeps its columns where they are while rows are added, and is laid out like any other once the window is wider', async () => {
    const chat = await stage.visit({ viewport: { width: 400, height: 800 } });
    const rows = Array.from(
      { length: 200 },
      (_, i) => `| row ${i} | \`${i * i}\` | its remark ${'more '.repeat(i / 40)}|\n`,
    );
    await chat.begin(`echo: | Row | Square | Remark |\n|---|--:|---|\n${rows.join('')}\nafter it`);
    const table = chat.lastAnswer.getByRole('table');
    const edges = (row: number): Promise<number[]> =>
      table
        .locator('tr')
        .nth(row)
        .locator(':is(th, td)')
        .evaluateAll((cells) => cells.map((cell) => Math.round(cell.getBoundingClientRect().left)));
    const height = (): Promise<number> => table.evaluate((element) => element.getBoundingClientRect().height);
    await table.locator('tr').nth(90).waitFor();
    const early = await edges(0);
    await chat.ended();
    await chat.shows('after it');
    expect(await table.getByRole('row').count()).toBe(201);
    for (const row of [0, 1, 99, 100, 200]) expect(await edges(row)).toEqual(early);
    const copied = await table.evaluate((element) => {
      const range = document.createRange();
      range.selectNodeContents((element as HTMLTableElement).rows[100] ?? element);
      getSelection()?.removeAllRanges();
      getSelection()?.addRange(range);
      return getSelection()?.toString();
    });
    expect(copied).toMatch(/^row 99\t9801\tits remark more more/);
    const narrow = await height();
    await chat.page.setViewportSize({ width: 1000, height: 800 });
    await eventually(async () => (await height()) < narrow);
    const wide = [await height(), await edges(200)];
    await chat.page.reload();
    await chat.shows('after it');
    expect([await height(), await edges(200)]).toEqual(wide);
    await chat.page.setViewportSize({ width: 320, height: 800 });
    expect(await chat.page.evaluate(() => document.documentElement.scrollWidth)).toBe(320);
    expect(chat.mishaps).toEqual([]);
    await chat.page.context().close();
  });
});
