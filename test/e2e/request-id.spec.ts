import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApp, type RunningApp } from '../support/app.js';
import { post, problemOf } from '../support/chat-api.js';
import { call } from '../support/http-app.js';

let service: RunningApp;
beforeAll(async () => (service = await startApp()));
afterAll(() => service.close());

const QUESTION = { user_id: 'ada', session_id: 'ids', message: 'echo: hi' };
const OWN_ID = /^[\w-]{22,}$/;

/** Sends bytes that no HTTP client would send, and gives all that comes back. */
function raw(request: string): Promise<string> {
  const { hostname, port } = new URL(service.url);
  return new Promise((resolve, reject) => {
    let received = '';
    const socket = connect(Number(port), hostname, () => socket.write(request, 'latin1'));
    socket.setEncoding('latin1').on('data', (part: string) => (received += part));
    socket.on('close', () => {
      resolve(received);
    });
    socket.on('error', reject);
  });
}

function withHeader(line: string): Promise<string> {
  return raw(`GET /health/live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n${line}\r\n\r\n`);
}

describe('X-Request-Id', () => {
  it('is kept where the caller names a request, on streams, JSON, problems and what is not there', async () => {
    const headers = { 'x-request-id': 'trace/7f:3@a+b=c~d|e._-' };
    const answers = [
      await post(service.url, '/rr-chat/stream', QUESTION, { headers }),
      await post(service.url, '/rr-chat', QUESTION, { headers }),
      await call(`${service.url}/health`, { headers }),
      await call(`${service.url}/metrics`, { headers }),
      await call(`${service.url}/nothing`, { headers }),
      await post(service.url, '/rr-chat', {}, { headers }),
      await call(`${service.url}/health`, { headers: { ...headers, host: 'evil.example' } }),
      await call(`${service.url}/`, { headers: { ...headers, origin: 'https://evil.example' } }),
      await call(`${service.url}/rr-chat`, { method: 'POST', body: '{', headers }),
    ];
    for (const { headers: got } of answers) expect(got['x-request-id']).toBe(headers['x-request-id']);
    expect(problemOf(answers[5]!).request_id).toBe(headers['x-request-id']);
  });

  it('is made up where there is none, another one each time', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => call(`${service.url}/health/live`)));
    const ids = answers.map(({ headers }) => String(headers['x-request-id']));
    expect(new Set(ids).size).toBe(20);
    for (const id of ids) expect(id).toMatch(OWN_ID);
  });

  it.each(['', 'a b', 'a"b', 'a,b', '<script>', 'x'.repeat(129), 'a\tb', '\u00e9', '%0d%0aX-Evil:1', '{}'])(
    'is made up where the caller sends %j',
    async (id) => {
      const [, given = ''] = /\r\nX-Request-Id: ([^\r]*)\r\n/.exec(await withHeader(`X-Request-Id: ${id}`)) ?? [];
      expect(given).toMatch(OWN_ID);
    },
  );

  it('never becomes two headers: line ends of any kind are refused or end up nowhere', async () => {
    const endings = ['\r', '\n', '\r\n ', '\r\n\t', '\n ', '\0', '\x0b', '\x0c', '\x85', '\xe5\x98\x8a\xe5\x98\x8d'];
    for (const ending of endings) {
      const [head = ''] = (await withHeader(`X-Request-Id: abc${ending}X-Evil: 1`)).split('\r\n\r\n');
      expect(head).toMatch(/^HTTP\/1\.1 (200|400) /);
      // A line feed alone ends a header for no parser of ours; as a header of the request it must not be sent back.
      expect(head.toLowerCase()).not.toContain('x-evil');
    }
  });

  it('is not taken twice from two headers', async () => {
    const head = await withHeader('X-Request-Id: one\r\nX-Request-Id: two');
    expect(head.match(/x-request-id/gi)).toHaveLength(1);
    expect(head).not.toMatch(/X-Request-Id: one, two/);
  });
});

describe('what a caller sends in other headers', () => {
  it.each(['Last-Event-ID', 'Idempotency-Key', 'Origin', 'X-Forwarded-For', 'X-Forwarded-Host', 'User-Agent'])(
    'is never sent back as a header: %s',
    async (name) => {
      for (const value of ['a\rX-Evil: 1', 'a\nX-Evil: 1', 'a%0d%0aX-Evil: 1']) {
        const [head = ''] = (await withHeader(`${name}: ${value}`)).split('\r\n\r\n');
        expect(head).toMatch(/^HTTP\/1\.1 \d{3} /);
        expect(head.toLowerCase()).not.toContain('x-evil');
      }
    },
  );
});
