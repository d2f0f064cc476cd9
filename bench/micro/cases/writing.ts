import { Writable } from 'node:stream';
import type { MessageEvent } from '@nestjs/common';
import { SseStream } from '@nestjs/core/router/sse-stream.js';
import { AnswerLog } from '../../../src/chat/answer/answer-log.js';
import { START } from '../../../src/chat/answer/cursor.js';
import { tokenAt } from '../../answer-text.js';
import { EVENTS } from '../events.js';
import type { MicroCase } from '../micro-case.js';

/** What a provider with a token every 2 ms sends within a display frame. */
const TOKENS_A_FRAME = 8;

const frames: MessageEvent[] = Array.from({ length: EVENTS }, (_, index) => ({
  id: `0.${index}.1`,
  data: `{"type":"delta","content":${JSON.stringify(tokenAt(index))}}`,
}));

export const ENCODE: MicroCase = {
  name: 'encode',
  what: "text → an answer's log → finished frame for a reader; one token a frame",
  events: EVENTS,
  batch: () => encode(1),
};

export const ENCODE_SHARED: MicroCase = {
  name: `encode ×${TOKENS_A_FRAME}`,
  what: `the same, ${TOKENS_A_FRAME} tokens a frame, as of a fast provider`,
  events: EVENTS,
  batch: () => encode(TOKENS_A_FRAME),
};

export const FRAMEWORK: MicroCase = {
  name: 'framework',
  what: "finished frame → text, by Nest's own encoder of `@Sse`, into a response that discards it; one token a frame",
  events: EVENTS,
  batch: sendAll,
};

function encode(tokensAFrame: number): void {
  const log = new AnswerLog();
  let sent = 0;
  log.follow({ next: () => sent++, complete: () => undefined }, START);
  for (let token = 0; token < EVENTS; token++) {
    log.append('text', tokenAt(token));
    if ((token + 1) % tokensAFrame === 0) log.flush();
  }
  if (sent !== EVENTS / tokensAFrame) throw new Error(`${sent} frames`);
}

async function sendAll(): Promise<void> {
  const stream = new SseStream();
  stream.pipe(new Writable({ write: (_chunk, _encoding, done) => done() }));
  for (const frame of frames) await new Promise<void>((resolve) => stream.writeMessage(frame, () => resolve()));
  stream.end();
}
