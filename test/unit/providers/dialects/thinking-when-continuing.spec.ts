import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { ChatProvider } from '../../../../src/providers/chat-provider.js';
import { askProvider, providerAt } from '../../../support/ask-provider.js';
import { DONE, STREAM_END, STREAM_HEAD, said, startRawServer, type RawServer } from '../../../support/raw-server.js';

let server: RawServer;
let provider: ChatProvider & { close(): Promise<void> };
let answer: string;
beforeEach(async () => {
  server = await startRawServer((socket) => {
    socket.write(Buffer.concat([Buffer.from(STREAM_HEAD), said(answer, 'stop'), DONE, Buffer.from(STREAM_END)]));
  });
  provider = providerAt(server.origin);
});
afterEach(async () => {
  await provider.close();
  await server.close();
});

/** What the model says next, read as an answer or as the rest of one. */
async function read(says: string, partial?: string, model?: string) {
  answer = says;
  const { text, reasoning } = await askProvider(provider, { ...(partial && { partial }), ...(model && { model }) });
  return { text, reasoning };
}

describe('a tag at the beginning of the rest of an answer', () => {
  const PARTIAL = 'Models that think begin with';

  it('is text where the model answered without one before', async () => {
    await read('Ebb and flow.');
    expect(await read('<think> and end with </think>.', PARTIAL)).toEqual({
      text: '<think> and end with </think>.',
      reasoning: '',
    });
  });

  it('is thinking where the model once thought so, and white space behind its blank line is text', async () => {
    await read('<think>Hm.</think>\n\nEbb and flow.');
    await read('Ebb.');
    expect(await read('<think>Where was I?</think>\n\n a tag.', PARTIAL)).toEqual({
      text: ' a tag.',
      reasoning: 'Where was I?',
    });
  });

  it('is thinking where nothing is known of the model', async () => {
    expect(await read('<think>Hm.</think> a tag.', PARTIAL)).toEqual({ text: ' a tag.', reasoning: 'Hm.' });
  });

  it('is thinking of a model of which nothing is known, whatever another one did', async () => {
    await read('Ebb and flow.');
    expect(await read('<think>Hm.</think> a tag.', PARTIAL, 'other')).toEqual({ text: ' a tag.', reasoning: 'Hm.' });
    await read('<think>Hm.</think>Ebb.', undefined, 'other');
    expect(await read('<think> and more.', PARTIAL)).toEqual({ text: '<think> and more.', reasoning: '' });
  });

  it.each(['groq', 'mistral', 'deepseek', 'openai'] as const)(
    'is thinking in the dialect of %s, where the model thought so before and where nothing is known of it',
    async (dialect) => {
      await provider.close();
      provider = providerAt(server.origin, { dialect });
      for (const first of [undefined, '<think>Hm.</think>Ebb.']) {
        if (first !== undefined) await read(first);
        const rest = await read('<think>\nWhere was I?</think> a tag.', PARTIAL);
        expect(rest).toEqual({ text: ' a tag.', reasoning: '\nWhere was I?' });
      }
    },
  );

  it('of a whole answer stays thinking whatever the model did before', async () => {
    await read('Ebb and flow.');
    expect(await read('<think>Hm.</think>\nEbb.')).toEqual({ text: 'Ebb.', reasoning: 'Hm.' });
  });
});
