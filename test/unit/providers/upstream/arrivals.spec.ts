import { describe, expect, it } from '@jest/globals';
import { Arrivals } from '../../../../src/providers/upstream/arrivals.js';
import { FrameTicker } from '../../../../src/providers/upstream/frame-ticker.js';

/** All that is read, to the end. */
async function readAll(arrivals: Arrivals): Promise<string> {
  let text = '';
  for (;;) {
    const chunks = await arrivals.read();
    if (chunks === undefined) return text;
    text += Buffer.concat(chunks).toString();
  }
}

describe('what has arrived of a response', () => {
  // A connection that was paused brings more within the call that lets it go on, and may end within it, too.
  it.each([
    ['at once', false],
    ['once a frame', true],
  ])('is all read, in order, where taking some of it brings more and the end (%s)', async (_, paced) => {
    const more = ['b', 'c', 'd'];
    const arrivals: Arrivals = new Arrivals(new FrameTicker(), () => {
      const next = more.shift();
      if (next === undefined) return;
      arrivals.push(Buffer.from(next));
      if (more.length === 0) arrivals.end();
    });
    if (paced) arrivals.pace();
    const all = readAll(arrivals);
    arrivals.push(Buffer.from('a'));
    expect(await all).toBe('abcd');
  });

  it('is read before the error that ended it', async () => {
    const arrivals = new Arrivals(new FrameTicker(), () => undefined);
    arrivals.push(Buffer.from('a'));
    arrivals.fail(new Error('reset'));
    expect(Buffer.concat((await arrivals.read()) ?? []).toString()).toBe('a');
    await expect(arrivals.read()).rejects.toThrow('reset');
  });
});
