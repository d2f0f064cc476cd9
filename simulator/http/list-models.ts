import { sendPlain } from './plain-reply.js';
import { keyState } from './record-request.js';
import { bearerOf } from './refuse.js';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ProviderState } from './provider-state.js';

/** Answers `GET /models`: it costs nothing, but needs the key. No fault applies to it, and no log has it. */
export function listModels(
  { dialect, settings }: ProviderState,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const key = bearerOf(request);
  if (keyState(key, settings.expectedKey) !== 'accepted') return sendPlain(response, dialect.unauthorized(key));
  const models = typeof settings.models === 'string' ? dialect.models : settings.models;
  const data = models.map((id) => ({ id, object: 'model' }));
  sendPlain(response, { status: 200, body: { object: 'list', data } });
}
