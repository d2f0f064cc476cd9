import { bearerOf } from './refuse.js';
import type { IncomingMessage } from 'node:http';
import type { Turn } from '../answers/conversation.js';
import type { ActiveFaults } from '../faults/fault-list.js';
import type { ProviderState } from './provider-state.js';
import type { RecordedRequest } from './recorded-request.js';

interface Asked {
  body: unknown;
  turn: Turn;
  faults: ActiveFaults;
  /** Size of the body. */
  bytes: number;
}

/** Writes a request into the provider's log, without its key. */
export function recordRequest(
  { dialect, settings, log }: ProviderState,
  path: string,
  request: IncomingMessage,
  { body, turn, faults, bytes }: Asked,
): RecordedRequest {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    headers[name] = name === 'authorization' ? 'Bearer ***' : Array.isArray(value) ? value.join(', ') : (value ?? '');
  }
  const record: RecordedRequest = {
    number: log.nextNumber(),
    provider: dialect.name,
    at: Date.now(),
    method: request.method ?? '',
    path,
    headers,
    key: keyState(bearerOf(request), settings.expectedKey),
    body,
    question: turn.question,
    continuation: turn.continuation,
    faults: [faults.response, faults.stream, ...faults.modifiers].flatMap((fault) => (fault ? [fault.kind] : [])),
  };
  log.add(record, bytes);
  return record;
}

/** What the server thinks of a bearer token. */
export function keyState(key: string, expected: string | null): RecordedRequest['key'] {
  if (key === '') return 'absent';
  return expected === null || key === expected ? 'accepted' : 'wrong';
}
