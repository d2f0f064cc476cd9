import { isJsonObject } from './read-body.js';
import type { IncomingMessage } from 'node:http';
import type { PlainReply } from '../dialects/dialect.js';
import type { ProviderState } from './provider-state.js';
import type { RecordedRequest } from './recorded-request.js';

/** What the provider would say against the request itself; undefined if nothing. */
export function refuse(
  { dialect, settings }: ProviderState,
  path: string,
  request: IncomingMessage,
  body: unknown,
  key: RecordedRequest['key'],
): PlainReply | undefined {
  const method = request.method ?? '';
  if (method !== 'POST' || !dialect.paths.includes(path)) return dialect.unknownPath(method, path);
  if (key !== 'accepted') return dialect.unauthorized(bearerOf(request));
  if (!isJsonObject(body)) return dialect.malformedJson();
  return dialect.refusal(body, path, settings.models === 'live' ? dialect.models : settings.models);
}

/** The bearer token of a request; empty if it has none. */
export function bearerOf(request: IncomingMessage): string {
  return /^Bearer\s+(\S+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? '';
}
