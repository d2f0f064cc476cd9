import { describe, expect, it } from '@jest/globals';
import { gunzipSync } from 'node:zlib';
import { ask, askRaw, chunksOf, textOf, useSimulator } from '../../support/simulator.js';
import type { FaultSpec } from '../../../simulator/provider-simulator.js';

const TEXT = 'one two three four five';
const QUESTION = `echo: ${TEXT}`;

const simulator = useSimulator({ pace: 'instant', reasoning: 'never' });

async function groqUnder(spec: FaultSpec): Promise<string> {
  await simulator.groq.fault(spec);
  return (await ask(simulator.groq, QUESTION)).body;
}

describe('framing', () => {
  const plain = (): Promise<string> =>
    ask(simulator.groq, QUESTION).then(({ body }) => body.replace(/"created":\d+/g, ''));

  it('can use other line ends, a byte order mark, no space, and leave out the last blank line', async () => {
    expect(await groqUnder({ kind: 'framing', lineEnd: 'crlf', times: 1 })).toMatch(/^data: [^\n]*\}\r\n\r\ndata: /);
    expect(await groqUnder({ kind: 'framing', lineEnd: 'cr', times: 1 })).toMatch(/^data: [^\r\n]*\}\r\rdata: [^\n]*$/);
    expect(await groqUnder({ kind: 'framing', noSpace: true, times: 1 })).toMatch(/^data:\{[^]*data:\[DONE\]\n\n$/);
    const unfinished = await groqUnder({ kind: 'framing', noFinalBlankLine: true, times: 1 });
    expect(unfinished.endsWith('}\n\ndata: [DONE]')).toBe(true);
    const { bytes } = await simulator.groq
      .fault({ kind: 'framing', bom: true })
      .then(() => askRaw(simulator.groq, QUESTION));
    expect(bytes.split('\u00EF\u00BB\u00BFdata:')).toHaveLength(2);
  });

  it('can spread data over lines and add other fields', async () => {
    const body = await groqUnder({ kind: 'framing', multiLineData: true, extraFields: true });
    const [first = ''] = body.split('\n\n');
    expect(first).toMatch(/^event: message\nid: 1\nretry: 3000\ndata: \{\ndata: {2}"id"/);
    const joined = first
      .split('\n')
      .filter((line) => line.startsWith('data: '))
      .map((line) => line.slice(6))
      .join('\n');
    expect(JSON.parse(joined)).toHaveProperty('choices');
  });

  it('can be compressed although nobody asked', async () => {
    await simulator.groq.fault({ kind: 'framing', gzip: true });
    const { bytes } = await askRaw(simulator.groq, QUESTION, (received) => received.endsWith('\r\n0\r\n\r\n'));
    expect(bytes).toMatch(/content-encoding: gzip/i);
    const body = (await ask(simulator.groq, QUESTION)).body;
    expect(textOf(body)).toBe(TEXT);
    expect(() => gunzipSync(Buffer.from(bytes, 'latin1'))).toThrow();
  });

  it.each([{ splitBytes: 1 }, { splitBytes: 7 }, { splitSeed: 42 }])(
    'can be split into small writes: %j',
    async (split) => {
      const whole = (await plain()).length;
      await simulator.groq.fault({ kind: 'framing', ...split });
      const { bytes } = await askRaw(simulator.groq, QUESTION);
      expect([...bytes.matchAll(/\r\n[0-9a-f]{1,2}\r\n/g)].length).toBeGreaterThan(whole / 70);
      expect(textOf((await ask(simulator.groq, QUESTION)).body)).toBe(TEXT);
    },
  );

  it('can hold any bytes between two events', async () => {
    const body = await groqUnder({ kind: 'insert', raw: 'data: {"choices":[]}\n\n', afterTokens: 1 });
    expect(body).toMatch(/"one"[^\n]*\n\ndata: \{"choices":\[\]\}\n\ndata: [^\n]*" two"/);
    expect(textOf(body)).toBe(TEXT);
  });
});

describe('usage and text', () => {
  it.each([
    ['duplicate', 2],
    ['separate', 1],
    ['absent', 0],
    ['growing', 6],
  ] as const)('can be reported in other ways: %s', async (mode, count) => {
    await simulator.mistral.fault({ kind: 'usage', mode });
    const question = 'count to 3';
    const chunks = chunksOf((await ask(simulator.mistral, question)).body);
    const reports = chunks.filter((chunk) => 'usage' in chunk);
    if (mode === 'growing') expect(reports.length).toBeGreaterThan(1);
    else expect(reports).toHaveLength(count);
  });

  it('can be zero or null, inside x_groq too', async () => {
    const zero = chunksOf(await groqUnder({ kind: 'usage', mode: 'zero', times: 1 })).at(-1);
    expect(zero).toMatchObject({ usage: { total_tokens: 0 }, x_groq: { usage: { prompt_tokens: 0 } } });
    const none = chunksOf(await groqUnder({ kind: 'usage', mode: 'null', times: 1 })).at(-1);
    expect(none).toMatchObject({ usage: null, x_groq: { usage: null } });
  });

  it('can hold NUL, lone surrogates and a line of megabytes', async () => {
    const odd = await groqUnder({ kind: 'text', nul: true, loneSurrogate: true, afterTokens: 1, times: 1 });
    expect(odd).toContain('"content":"\\u0000"');
    expect(odd).toContain('"content":"\\ud83d"');
    const long = await groqUnder({ kind: 'text', longLineBytes: 5_000_000, times: 1 });
    expect(Math.max(...long.split('\n').map((line) => line.length))).toBeGreaterThan(5_000_000);
  });

  it('can split surrogate pairs over two chunks', async () => {
    simulator.groq.configure({ splitSurrogatePairs: true });
    const { body } = await ask(simulator.groq, 'echo: 👍');
    simulator.groq.configure({ splitSurrogatePairs: false });
    expect(body).toContain('"content":"\\ud83d"');
    expect(textOf(body)).toBe('👍');
  });
});
