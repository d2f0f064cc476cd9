import { afterEach, describe, expect, it } from '@jest/globals';
import type { Socket } from 'node:net';
import { askProvider, providerAt } from '../../../support/ask-provider.js';
import {
  DONE,
  STREAM_END,
  STREAM_HEAD,
  httpChunk,
  said,
  startRawServer,
  type RawServer,
} from '../../../support/raw-server.js';

const cleanUp: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of cleanUp.splice(0).reverse()) await close();
});

/** A server, and a provider that asks it under these clocks. */
async function set(clocks: object, answer: (socket: Socket) => void, onConnection?: (socket: Socket) => void) {
  const server = await startRawServer(answer, onConnection);
  const provider = providerAt(server.origin, {}, { clocks });
  cleanUp.push(
    () => server.close(),
    () => provider.close(),
  );
  return { server, provider };
}

function every(ms: number, socket: Socket, bytes: string | Buffer): void {
  const timer = setInterval(() => socket.write(bytes), ms);
  socket.on('close', () => clearInterval(timer));
}

async function socketClosed(server: RawServer): Promise<void> {
  const socket = server.sockets[0];
  if (socket !== undefined && !socket.closed) await new Promise((resolve) => socket.once('close', resolve));
}

const TIMED_OUT = { kind: 'timeout', code: 'provider_timeout' };

describe('the clock of the connection', () => {
  it('ends an attempt whose TLS handshake is not answered', async () => {
    const server = await startRawServer(() => undefined);
    const provider = providerAt(server.origin.replace('http:', 'https:'), {}, { clocks: { connectMs: 100 } });
    cleanUp.push(
      () => server.close(),
      () => provider.close(),
    );
    const { failure, ms } = await askProvider(provider);
    expect(failure).toMatchObject({ ...TIMED_OUT, nothingReceived: true });
    expect(ms).toBeLessThan(1_000);
    await socketClosed(server);
  });

  it('stops when the connection is open', async () => {
    const { provider } = await set({ connectMs: 100 }, (socket) => {
      setTimeout(() => socket.write(Buffer.concat([Buffer.from(STREAM_HEAD), said('late', 'stop'), DONE])), 300);
    });
    expect(await askProvider(provider)).toMatchObject({ text: 'late', error: undefined });
  });
});

describe('the clock of the first token', () => {
  it.each<[string, (socket: Socket) => void]>([
    ['headers that never come', () => undefined],
    ['headers without a token', (socket) => socket.write(STREAM_HEAD)],
    [
      'comments for ever',
      (socket) => {
        socket.write(STREAM_HEAD);
        every(20, socket, httpChunk(': keep-alive\n\n'));
      },
    ],
    [
      'chunks without a word',
      (socket) => {
        socket.write(STREAM_HEAD);
        every(20, socket, said(''));
      },
    ],
  ])('ends %s, and closes the socket', async (_, answer) => {
    const { server, provider } = await set({ firstTokenMs: 200, idleMs: 100 }, answer);
    const { failure, ms } = await askProvider(provider);
    expect(failure).toMatchObject(TIMED_OUT);
    expect(ms).toBeGreaterThan(180);
    expect(ms).toBeLessThan(1_000);
    await socketClosed(server);
  });

  it('stops at the first reasoning', async () => {
    const { provider } = await set({ firstTokenMs: 200 }, (socket) => {
      socket.write(STREAM_HEAD);
      socket.write(httpChunk('data: {"choices":[{"index":0,"delta":{"reasoning_content":"Hm"}}]}\n\n'));
      setTimeout(() => socket.write(Buffer.concat([said('Yes', 'stop'), DONE])), 400);
    });
    expect(await askProvider(provider)).toMatchObject({ text: 'Yes', reasoning: 'Hm', error: undefined });
  });

  it('continues while the request is asked again in another way', async () => {
    const { provider } = await set({ firstTokenMs: 300 }, (socket) => {
      setTimeout(() => {
        const body = '{"error":{"message":"Unrecognized request argument: stream_options"}}';
        socket.write(`HTTP/1.1 400 Bad\r\ncontent-length: ${body.length}\r\n\r\n${body}`);
      }, 200);
    });
    const { failure, ms } = await askProvider(provider);
    expect(failure).toMatchObject(TIMED_OUT);
    expect(ms).toBeLessThan(450);
  });
});

describe('the clock of silence', () => {
  it('ends an answer that stops in the middle, keeps its text, and closes the socket', async () => {
    const { server, provider } = await set({ idleMs: 150 }, (socket) => {
      socket.write(STREAM_HEAD);
      socket.write(said('One'));
    });
    const { text, failure } = await askProvider(provider);
    expect(text).toBe('One');
    expect(failure).toMatchObject({ ...TIMED_OUT, nothingReceived: false });
    await socketClosed(server);
  });

  it('is reset by any byte, also of a comment', async () => {
    const { provider } = await set({ idleMs: 200 }, (socket) => {
      socket.write(STREAM_HEAD);
      socket.write(said('One'));
      every(50, socket, httpChunk(': still here\n\n'));
      setTimeout(() => socket.write(Buffer.concat([said(' two', 'stop'), DONE])), 500);
    });
    expect(await askProvider(provider)).toMatchObject({ text: 'One two', error: undefined });
  });

  it('does not run while we do not read', async () => {
    const { provider } = await set({ idleMs: 100 }, (socket) => {
      socket.write(STREAM_HEAD);
      for (let i = 0; i < 40; i++) socket.write(said('x'.repeat(100_000)));
      socket.write(Buffer.concat([said('', 'stop'), DONE, Buffer.from(STREAM_END)]));
    });
    let length = 0;
    const signal = new AbortController().signal;
    const stream = provider.chatCompletionStream({ messages: [{ role: 'user', content: 'x' }] }, signal);
    let first = true;
    for await (const parts of stream) {
      for (const part of parts) if (part.type === 'text') length += part.text.length;
      // The reader itself being slow is what is tested.
      if (first) await new Promise((resolve) => setTimeout(resolve, 400));
      first = false;
    }
    expect(length).toBe(4_000_000);
  });
});

const thought = (text: string, finish: string | null) =>
  httpChunk(
    `data: ${JSON.stringify({ choices: [{ index: 0, delta: { reasoning_content: text }, finish_reason: finish }] })}\n\n`,
  );
const usage = httpChunk(
  'data: {"choices":[{"index":0,"delta":{"content":""}}],"usage":{"prompt_tokens":1,"completion_tokens":1}}\n\n',
);

describe('chunks that say nothing', () => {
  it('keep an answer alive for three times the longest silence only', async () => {
    const { server, provider } = await set({ idleMs: 100 }, (socket) => {
      socket.write(STREAM_HEAD);
      socket.write(said('One'));
      every(20, socket, usage);
    });
    const { text, failure } = await askProvider(provider);
    expect({ text, failure }).toEqual({ text: 'One', failure: expect.objectContaining(TIMED_OUT) });
    await socketClosed(server);
  });
});

describe('after the finish reason', () => {
  it('more content revokes it, and the wait starts again', async () => {
    const { provider } = await set({}, (socket) => {
      socket.write(STREAM_HEAD);
      socket.write(said('One', 'stop'));
      setTimeout(() => socket.write(said(' two', 'stop')), 1_300);
      setTimeout(() => socket.write(Buffer.concat([said(' three', 'stop'), DONE])), 2_600);
    });
    expect(await askProvider(provider)).toMatchObject({ text: 'One two three', finish: 'stop', error: undefined });
  });

  it('usage does not delay the end', async () => {
    const { provider } = await set({}, (socket) => {
      socket.write(STREAM_HEAD);
      socket.write(said('All of it', 'stop'));
      every(50, socket, usage);
    });
    expect(await askProvider(provider)).toMatchObject({ text: 'All of it', finish: 'stop', error: undefined });
  });

  it('silence after reasoning is no end', async () => {
    const { provider } = await set({}, (socket) => {
      socket.write(STREAM_HEAD);
      socket.write(thought('Hm', 'stop'));
      setTimeout(() => socket.write(Buffer.concat([said('Yes', 'stop'), DONE])), 2_300);
    });
    expect(await askProvider(provider)).toMatchObject({ text: 'Yes', reasoning: 'Hm', error: undefined });
  });

  it('silence after text with a finish reason beside it takes longer to be one: every chunk may have a reason', async () => {
    const { provider } = await set({}, (socket) => {
      socket.write(STREAM_HEAD);
      socket.write(said('One', 'stop'));
      setTimeout(() => socket.write(Buffer.concat([said(' two', 'stop'), DONE])), 2_300);
    });
    expect(await askProvider(provider)).toMatchObject({ text: 'One two', finish: 'stop', error: undefined });
  });

  it('a stream that is silent for long without a word is empty', async () => {
    const { server, provider } = await set({ idleMs: 200 }, (socket) => {
      socket.write(STREAM_HEAD);
      socket.write(thought('Hm', 'stop'));
    });
    expect((await askProvider(provider)).failure).toMatchObject({ kind: 'empty' });
    await socketClosed(server);
  });

  it('a reset in the middle is none, where every chunk has a finish reason', async () => {
    const { provider } = await set({}, (socket) => {
      socket.write(STREAM_HEAD);
      socket.write(said('One', 'stop'));
      socket.write(said(' two', 'stop'), () => socket.resetAndDestroy());
    });
    expect((await askProvider(provider)).failure).toMatchObject({ kind: 'server' });
  });

  it('a trailer that does not come is not waited for', async () => {
    const { server, provider } = await set({}, (socket) => {
      socket.write(STREAM_HEAD);
      socket.write(Buffer.concat([said('All of it'), said('', 'stop')]));
    });
    const { text, finish, error, ms } = await askProvider(provider);
    expect({ text, finish, error }).toEqual({ text: 'All of it', finish: 'stop', error: undefined });
    expect(ms).toBeLessThan(3_500);
    await socketClosed(server);
  });

  it('a reset is an end', async () => {
    const { provider } = await set({}, (socket) => {
      socket.write(STREAM_HEAD);
      socket.write(said('All of it', 'stop'), () => socket.resetAndDestroy());
    });
    expect(await askProvider(provider)).toMatchObject({ text: 'All of it', finish: 'stop', error: undefined });
  });
});
