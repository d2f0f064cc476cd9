import { resumes } from './course.js';
import { forever, pause } from './waits.js';
import type { JsonObject } from '../dialects/dialect.js';
import type { StreamFault } from '../faults/fault-spec.js';
import type { Exchange } from './exchange.js';
import type { SseWriter } from './sse-writer.js';

const COMMENT = 'keep-alive';
const DEFAULT_COMMENT_MS = 50;
const LOOK_UP = { name: 'look_up', arguments: '{"word": "tide"}' };

/** What comes after the sound part of a stream: its proper end, or what the fault makes of it. */
export async function endStream(exchange: Exchange, writer: SseWriter, fault: StreamFault | undefined): Promise<void> {
  switch (fault?.kind) {
    case 'reset':
      if (fault.at === 'mid-event') await writer.halfEvent(exchange.dialect.textChunk(exchange.reply, ' never whole'));
      if (fault.at === 'after-last-event') await writer.event('[DONE]');
      return exchange.breakOff(fault.how ?? 'rst');
    case 'no-token':
      return forever(exchange.signal);
    case 'comments':
      return commentsForEver(exchange, writer, fault.everyMs ?? DEFAULT_COMMENT_MS);
    case 'stall':
      if (resumes(fault)) break;
      return fault.comments ? commentsForEver(exchange, writer, DEFAULT_COMMENT_MS) : forever(exchange.signal);
    case 'truncate':
    case 'finish-without-done':
      writer.end();
      return;
    case 'tool-call':
      for (const { data } of exchange.dialect.callChunks(exchange.reply, [LOOK_UP])) await writer.event(data);
      break;
    case 'text-after-done':
      await writer.event('[DONE]');
      await writer.event(exchange.dialect.textChunk(exchange.reply, fault.text ?? ' after the end'));
      writer.end();
      return;
    case 'error-event':
    case 'error-in-chunk':
    case 'error-field':
    case 'x-groq-error':
      await writeError(exchange, writer, fault);
      return;
    case 'finish':
    case 'done-without-finish':
    case undefined:
      break;
  }
  await writer.event('[DONE]');
  writer.end();
}

type ErrorFault = Extract<StreamFault, { kind: 'error-event' | 'error-in-chunk' | 'error-field' | 'x-groq-error' }>;

async function writeError(exchange: Exchange, writer: SseWriter, fault: ErrorFault): Promise<void> {
  const { dialect, reply } = exchange;
  const message = fault.message ?? 'The simulated provider failed in the middle of its answer';
  const empty = dialect.textChunk(reply, '');
  switch (fault.kind) {
    case 'error-event': {
      const { event, data } = dialect.errorEvent(message, fault.status);
      await writer.event(data, event);
      break;
    }
    case 'error-in-chunk':
      await writer.event({ ...finishedBy(empty, 'error'), error: { code: 502, message } });
      break;
    case 'error-field':
      await writer.raw(`error: ${JSON.stringify({ error: { code: 500, message, type: 'server_error' } })}\n\n`);
      break;
    case 'x-groq-error':
      await writer.event({ ...empty, x_groq: { id: `req_${reply.id}`, error: message } });
      break;
  }
  const done = 'done' in fault ? fault.done : undefined;
  if (done ?? fault.kind === 'error-in-chunk') await writer.event('[DONE]');
  writer.end();
}

function finishedBy(chunk: JsonObject, reason: string): JsonObject {
  const choices: unknown = chunk.choices;
  const list: readonly unknown[] = Array.isArray(choices) ? choices : [];
  return {
    ...chunk,
    choices: list.map((choice) =>
      typeof choice === 'object' && choice !== null ? { ...choice, finish_reason: reason } : choice,
    ),
  };
}

async function commentsForEver({ signal }: Exchange, writer: SseWriter, everyMs: number): Promise<never> {
  for (;;) {
    await writer.comment(COMMENT);
    await pause(Math.max(1, everyMs), signal);
  }
}
