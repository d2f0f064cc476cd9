import type { Page } from 'playwright-core';

/** The median of what the work below took on a quiet machine of the kind that this project's figures come from, in ms. */
const REFERENCE_MS = 2.8;
const ROUNDS = 41;

/**
 * How many times slower than that the machine is now, at least 1: shared machines are two and three times as slow for
 * minutes. Measured by what a browser does all the time: it lays out paragraphs.
 */
export async function machineSlowness(page: Page): Promise<number> {
  const times = await page.evaluate(async (rounds) => {
    const place = document.createElement('div');
    place.style.cssText = 'position: absolute; visibility: hidden; width: 700px; font: 16px serif';
    document.body.append(place);
    const taken: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const paragraphs = Array.from({ length: 150 }, () => {
        const paragraph = document.createElement('p');
        const bold = document.createElement('b');
        bold.textContent = 'bold';
        paragraph.append('some plain words that go on and on, '.repeat(4), bold);
        return paragraph;
      });
      const start = performance.now();
      place.replaceChildren(...paragraphs);
      place.getBoundingClientRect();
      taken.push(performance.now() - start);
      await new Promise((resolve) => setTimeout(resolve));
    }
    place.remove();
    return taken;
  }, ROUNDS);
  const median = times.toSorted((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? REFERENCE_MS;
  return Math.max(1, median / REFERENCE_MS);
}
