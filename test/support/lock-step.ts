import { request } from 'node:http';
import type { Socket } from 'node:net';
import { freshSession } from './conversations.js';
import { DONE, httpChunk, said, startRawServer, STREAM_END, STREAM_HEAD, type RawServer } from './raw-server.js';

/** A provider that goes on only when its reader has got all that it said: what happens does not depend on the clock. */
export interface LockStep {
  readonly provider: RawServer;
  /**
   * Has a question answered in `groups` of `size` tokens, each group sent by one write when the one before has reached
   * the reader. Gives how many pieces the reader's response came in.
   */
  answer(serviceUrl: string, groups: number, size: number): Promise<number>;
}

export async function startLockStep(): Promise<LockStep> {
  const waiting = new Map<string, (socket: Socket) => void>();
  const provider = await startRawServer((socket, body) => {
    const name = /lock-step-\d+/.exec(body)?.[0] ?? '';
    socket.write(STREAM_HEAD);
    waiting.get(name)?.(socket);
  });
  let asked = 0;
  return {
    provider,
    answer: async (serviceUrl, groups, size) => {
      const message = `lock-step-${asked++}`;
      const upstream = new Promise<Socket>((resolve) => waiting.set(message, resolve));
      return readInLockStep(`${serviceUrl}/rr-chat/stream`, { ...freshSession(), message }, upstream, groups, size);
    },
  };
}

function readInLockStep(
  url: string,
  body: object,
  upstream: Promise<Socket>,
  groups: number,
  size: number,
): Promise<number> {
  return new Promise((resolve, reject) => {
    let sent = 0;
    let pieces = 0;
    let tail = '';
    const goOn = async (): Promise<void> => {
      const socket = await upstream;
      socket.write(sent < groups ? groupOf(sent++, size) : END);
    };
    const outgoing = request(url, { method: 'POST', agent: false, headers: { 'content-type': 'application/json' } });
    outgoing.on('error', reject).on('response', (response) => {
      response.setEncoding('utf8').on('data', (text: string) => {
        pieces++;
        tail = (tail + text).slice(-1_000);
        if (sent > 0 && tail.includes(markOf(sent - 1))) {
          tail = '';
          void goOn();
        }
      });
      response.on('error', reject).on('end', () => resolve(pieces));
    });
    outgoing.end(JSON.stringify(body));
    void goOn();
  });
}

const END = Buffer.concat([said('', 'stop'), DONE, Buffer.from(STREAM_END)]);

function groupOf(group: number, size: number): Buffer {
  const tokens = Array.from({ length: size - 1 }, () => token(' tide'));
  return Buffer.concat([...tokens, token(markOf(group))]);
}

/** With all that providers send along with each. */
function token(content: string): Buffer {
  const chunk = {
    id: 'chatcmpl-9b1c7d52-6b3f-4d0e-9c36-2f7d5e1a8b40',
    object: 'chat.completion.chunk',
    created: 1763800000,
    model: 'm',
    system_fingerprint: 'fp_3b5a7c9d1e',
    choices: [{ index: 0, delta: { content }, logprobs: null, finish_reason: null }],
  };
  return httpChunk(`data: ${JSON.stringify(chunk)}\n\n`);
}

/** The last token of a group. */
function markOf(group: number): string {
  return ` [${group}]`;
}
