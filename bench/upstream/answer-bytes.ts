import { stamp, tokenAt } from '../answer-text.js';

const ID = 'chatcmpl-5f0c3a52-9d1e-4c7b-8a44-2b6f7f1f9f10';
const HEAD =
  'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\ncache-control: no-cache\r\n' +
  'x-request-id: req_bench\r\ntransfer-encoding: chunked\r\n\r\n';

/** One answer as the bytes of its writes; made once, written to every socket. */
export interface AnswerBytes {
  /** Response head and role chunk: at once. */
  readonly opening: Buffer;
  /** A fresh copy for each answer: it says how long the token was held. */
  first(heldMs: number): Buffer;
  /** The tokens behind the first, one write each. */
  readonly tokens: readonly Buffer[];
  /** Finish reason, usage, `[DONE]` and the end of the response, as providers send them: together. */
  readonly ending: Buffer;
  /** Server-Sent Events in all. */
  readonly events: number;
}

/** @param tokens of text, at least 2; role, finish, usage and `[DONE]` come on top */
export function answerBytes(tokens: number): AnswerBytes {
  const words = Array.from({ length: tokens - 1 }, (_, index) => deltaChunk({ content: tokenAt(index + 1) }));
  return {
    opening: Buffer.from(HEAD + deltaChunk({ role: 'assistant', content: '' })),
    first: (heldMs) => Buffer.from(deltaChunk({ content: stamp(heldMs) })),
    tokens: words.map((word) => Buffer.from(word)),
    ending: Buffer.from(`${finishChunk()}${usageChunk(tokens)}${chunk('[DONE]')}0\r\n\r\n`),
    events: tokens + 4,
  };
}

function deltaChunk(delta: object): string {
  return chunk(completion({ choices: [{ index: 0, delta, logprobs: null, finish_reason: null }] }));
}

function finishChunk(): string {
  return chunk(completion({ choices: [{ index: 0, delta: {}, logprobs: null, finish_reason: 'stop' }] }));
}

function usageChunk(tokens: number): string {
  const usage = { prompt_tokens: 21, completion_tokens: tokens, total_tokens: tokens + 21 };
  return chunk(completion({ choices: [], usage }));
}

function completion(members: object): string {
  const common = { id: ID, object: 'chat.completion.chunk', created: 1_764_000_000, model: 'bench-model' };
  return JSON.stringify({ ...common, system_fingerprint: 'fp_44709d6fcb', ...members });
}

/** One event as one chunk of the response body. */
function chunk(data: string): string {
  const event = `data: ${data}\n\n`;
  return `${Buffer.byteLength(event).toString(16)}\r\n${event}\r\n`;
}
