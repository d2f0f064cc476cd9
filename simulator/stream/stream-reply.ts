import { endStream } from './endings.js';
import { opens, reached, resumes, soundPart } from './course.js';
import { ByteLimitReached, SseWriter } from './sse-writer.js';
import { withUsage } from './usage-mode.js';
import { breathe, pause } from './waits.js';
import type { Chunk, Reply } from '../dialects/dialect.js';
import type { Framing, StreamFault } from '../faults/fault-spec.js';
import type { Exchange } from './exchange.js';

/** How often a stream without any pace lets others run, in events. */
const EVENTS_PER_TURN = 128;
const KEEP_ALIVE_MS = 250;
const DEFAULT_INSERT_AT = 3;

/** Streams an answer as the dialect does, with every fault that applies. */
export async function streamReply(exchange: Exchange): Promise<void> {
  const { response, dialect, reply, faults } = exchange;
  const fault = faults.stream;
  const framing = framingOf(exchange);
  const resetAt = fault?.kind === 'reset' && fault.at === 'byte' ? (fault.byte ?? 0) : undefined;

  const encoding = framing.gzip ? { 'content-encoding': 'gzip' } : {};
  response.writeHead(200, { ...dialect.streamHeaders(reply), ...encoding });
  response.flushHeaders();
  const writer = new SseWriter(response, framing, exchange.signal, resetAt);
  try {
    if (resetAt === 0) throw new ByteLimitReached();
    if (opens(fault)) await writeChunks(exchange, writer, soundPart(reply, fault), fault);
    await endStream(exchange, writer, fault);
  } catch (error) {
    if (!(error instanceof ByteLimitReached)) throw error;
    await exchange.breakOff(fault?.kind === 'reset' ? (fault.how ?? 'rst') : 'rst');
  }
}

/** All framing faults together; of one and the same option the later holds. */
function framingOf({ faults }: Exchange): Framing {
  return faults.modifiers
    .filter((modifier) => modifier.kind === 'framing')
    .reduce<Framing>((framing, modifier) => ({ ...framing, ...modifier }), {});
}

async function writeChunks(
  exchange: Exchange,
  writer: SseWriter,
  reply: Reply,
  fault: StreamFault | undefined,
): Promise<void> {
  const { signal, pace, faults } = exchange;
  const inserts = faults.modifiers.filter((modifier) => modifier.kind === 'insert');
  let silence = fault?.kind === 'stall' && resumes(fault) ? fault : undefined;
  let reasoning = 0;
  let text = 0;
  let events = 0;
  await awaitFirstToken(exchange, writer);
  for (const chunk of chunksOf(exchange, reply)) {
    const tokens = chunk.reasoning + chunk.text;
    if (reasoning + text > 0) await pause(tokens * pace.tokenMs, signal);
    await writer.event(chunk.data);
    reasoning += chunk.reasoning;
    text += chunk.text;
    while (inserts[0] && text >= (inserts[0].afterTokens ?? DEFAULT_INSERT_AT))
      await writer.raw(inserts.shift()?.raw ?? '');
    if (silence && reached(silence, reasoning, text)) {
      await (silence.held ? exchange.resumed() : pause(silence.forMs ?? 0, signal));
      silence = undefined;
    }
    if (++events % EVENTS_PER_TURN === 0) await breathe(signal);
  }
}

function chunksOf({ dialect, faults }: Exchange, reply: Reply): Iterable<Chunk> {
  return faults.modifiers
    .filter((modifier) => modifier.kind === 'usage')
    .reduce<Iterable<Chunk>>((chunks, { mode }) => withUsage(chunks, mode, reply.usage.prompt), dialect.chunks(reply));
}

/** Waits as long as the provider takes to begin, with its comment lines meanwhile. */
async function awaitFirstToken({ dialect, pace, signal }: Exchange, writer: SseWriter): Promise<void> {
  if (dialect.keepAlive === undefined) return pause(pace.firstTokenMs, signal);
  let left = pace.firstTokenMs;
  do {
    await writer.comment(dialect.keepAlive);
    await pause(Math.min(left, KEEP_ALIVE_MS), signal);
    left -= KEEP_ALIVE_MS;
  } while (left > 0);
}
