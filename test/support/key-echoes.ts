import type { FaultSpec } from '../../simulator/provider-simulator.js';

/** Ways in which a provider, or what is in front of it, repeats the key it was sent. */
export function keyEchoes(key: string): FaultSpec[] {
  const error = { message: `Incorrect API key provided: ${key}`, type: key, code: key, param: key };
  const body = { error, detail: `Bearer ${key}`, object: 'error' };
  const headers = { 'x-request-id': key, 'retry-after': key, 'www-authenticate': `Bearer ${key}`, server: key };
  const html = `<html><title>${key}</title><body>Authorization: Bearer ${key}</body></html>`;
  return [
    ...[400, 401, 402, 403, 404, 408, 413, 422, 429, 498, 500, 502, 503, 504, 529].map((status) => ({
      kind: 'status' as const,
      status,
      headers,
      body,
    })),
    { kind: 'status', status: 502, headers: { 'content-type': 'text/html' }, body: html },
    { kind: 'status', status: 401, headers: { 'content-type': `text/${key.replace(/\W/g, '')}` }, body: key },
    { kind: 'status', status: 307, headers: { location: `http://127.0.0.1:1/?key=${key}` }, body: key },
    { kind: 'status', status: 200, headers: { 'content-type': 'application/json' }, body },
    { kind: 'status', status: 200, headers: { 'content-type': 'text/plain' }, body: `Bearer ${key}` },
    { kind: 'error-event', message: `Bearer ${key}`, afterTokens: 0 },
    { kind: 'error-event', message: `Bearer ${key}`, afterTokens: 2, status: 401 },
    { kind: 'error-in-chunk', message: key, afterTokens: 1 },
    { kind: 'error-field', message: key, afterTokens: 1 },
    { kind: 'x-groq-error', message: key, afterTokens: 1 },
    { kind: 'finish', reason: key, afterTokens: 2 },
    { kind: 'insert', raw: `: Bearer ${key}\n\n`, afterTokens: 1 },
    { kind: 'insert', raw: `event: ${key}\nid: ${key}\nretry: 1\ndata: {"${key}"\n\n`, afterTokens: 1 },
    { kind: 'insert', raw: `data: ${JSON.stringify({ model: key, id: key, choices: [] })}\n\n`, afterTokens: 1 },
    { kind: 'reset', at: 'cut', afterTokens: 1 },
  ];
}
