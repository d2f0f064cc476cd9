import { once } from 'node:events';
import { messagesOf, readTurn } from '../answers/conversation.js';
import { streamReply } from '../stream/stream-reply.js';
import { pause } from '../stream/waits.js';
import { buildReply } from './build-reply.js';
import { breakOff, watchConnection } from './connection.js';
import { sendFault, sendPlain } from './plain-reply.js';
import { isJsonObject, parseJson, readBody } from './read-body.js';
import { recordRequest } from './record-request.js';
import { refuse } from './refuse.js';
import { sendWhole } from './send-whole.js';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Pace, ProviderSettings } from '../settings.js';
import type { ActiveFaults } from '../faults/fault-list.js';
import type { Exchange } from '../stream/exchange.js';
import type { ProviderState } from './provider-state.js';

/** Answers one request to a provider's API, as the provider would or as the faults say. */
export async function handleCompletion(
  state: ProviderState,
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  let text: string;
  try {
    text = await readBody(request);
  } catch {
    request.destroy();
    return;
  }
  const { dialect, settings } = state;
  const body = parseJson(text);
  const turn = readTurn(messagesOf(body));
  const faults = state.faults.take(turn.question, turn.continuation !== 'none');
  const record = recordRequest(state, path, request, { body, turn, faults, bytes: Buffer.byteLength(text) });
  const fields = isJsonObject(body) ? body : {};
  const signal = watchConnection(response, record);
  const exchange: Exchange = {
    response,
    signal,
    dialect,
    faults,
    streams: fields.stream === true,
    reply: buildReply(dialect, settings, fields, turn, faults.modifiers),
    pace: paceOf(settings, dialect.pace, faults),
    refusal: refuse(state, path, request, body, record.key),
    resumed: () => once(state.control, 'resume', { signal }),
    breakOff: (how) => breakOff(response, record, how),
  };
  try {
    await answer(exchange);
  } catch (error) {
    // The client or the fault closed the connection: nothing more can be sent.
    if (exchange.signal.aborted) return;
    response.destroy();
    throw error;
  }
}

async function answer(exchange: Exchange): Promise<void> {
  const { faults, refusal, response, reply, dialect, pace } = exchange;
  if (faults.response) return sendFault(exchange, faults.response);
  if (faults.stream?.kind === 'reset' && faults.stream.at === 'before-headers') {
    return exchange.breakOff(faults.stream.how ?? 'rst');
  }
  if (refusal) {
    // A text that is no JSON must not be called JSON by the common headers.
    const type = typeof refusal.body === 'string' ? { 'content-type': 'text/plain' } : {};
    sendPlain(response, { ...refusal, headers: { ...dialect.jsonHeaders(reply), ...type, ...refusal.headers } });
    return;
  }
  if (exchange.streams) return streamReply(exchange);
  await pause(pace.firstTokenMs + pace.tokenMs * (reply.reasoning.length + reply.text.length), exchange.signal);
  return sendWhole(exchange);
}

function paceOf({ pace }: ProviderSettings, own: Pace, { modifiers }: ActiveFaults): Pace {
  const base = pace === 'real' ? own : pace === 'instant' ? { firstTokenMs: 0, tokenMs: 0 } : pace;
  const changes = modifiers.filter((modifier) => modifier.kind === 'pace');
  return changes.reduce(({ firstTokenMs, tokenMs }, change) => ({ firstTokenMs, tokenMs, ...change }), base);
}
