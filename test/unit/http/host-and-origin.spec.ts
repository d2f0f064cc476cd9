import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { Controller, Get, Post } from '@nestjs/common';
import { afterEach, describe, expect, it } from '@jest/globals';
import { startHttpApp, type HttpApp } from '../../support/http-app.js';

@Controller()
class EchoController {
  @Get('echo')
  echo(): { ok: true } {
    return { ok: true };
  }

  @Post('echo')
  post(): { ok: true } {
    return { ok: true };
  }

  @Get('health/live')
  live(): { ok: true } {
    return { ok: true };
  }
}

describe('the names a request may use', () => {
  let app: HttpApp;
  let port: string;

  const start = async (env: Record<string, string> = {}): Promise<void> => {
    app = await startHttpApp({ controllers: [EchoController] }, env);
    port = new URL(app.url).port;
  };
  const as = (host: string, path = '/echo', headers: Record<string, string> = {}) =>
    app.call(path, { headers: { host, ...headers } });
  const fromPage = (origin: string, headers: Record<string, string> = {}) =>
    app.call('/echo', { method: 'POST', json: {}, headers: { origin, ...headers } });

  /** For what no client sends. */
  const sendLines = async (lines: readonly string[]): Promise<string> => {
    const socket = connect(Number(port), '127.0.0.1');
    socket.end(`${lines.join('\r\n')}\r\n\r\n`);
    return text(socket);
  };

  afterEach(() => app.close());

  describe('Host', () => {
    it('is any loopback name on any port', async () => {
      await start();
      for (const host of ['localhost', 'LOCALHOST:1', '127.0.0.1', '127.9.9.9:80', '[::1]', '[::1]:3000']) {
        expect([host, (await as(host)).status]).toEqual([host, 200]);
      }
    });

    it('is otherwise refused with 421 and the name of the variable', async () => {
      await start({ PUBLIC_URL: 'https://chat.example.com' });
      const hosts = [
        'evil.example',
        'localhost.evil.example',
        '127.0.0.1.evil.example',
        '10.0.0.1',
        'example.com',
        '[::2]',
      ];
      for (const host of hosts) expect([host, (await as(host)).status]).toEqual([host, 421]);
      const answer = await as('evil.example');
      expect(answer.headers['content-type']).toBe('application/problem+json');
      expect(answer.json()).toMatchObject({ code: 'host_not_allowed', title: 'Misdirected Request' });
      expect(answer.json().detail).toContain('PUBLIC_URL');
      expect(answer.json().request_id).toBe(answer.headers['x-request-id']);
    });

    it('is one of PUBLIC_URL and CORS_ORIGINS, on any port', async () => {
      await start({
        PUBLIC_URL: 'https://chat.example.com, http://10.0.0.7:3000',
        CORS_ORIGINS: 'https://app.example.org',
      });
      for (const host of ['chat.example.com', 'Chat.Example.com:8443', '10.0.0.7:3000', 'app.example.org']) {
        expect([host, (await as(host)).status]).toEqual([host, 200]);
      }
    });

    it('does not matter for health and metrics', async () => {
      await start();
      expect((await as('10.1.2.3:9090', '/metrics')).status).toBe(200);
      expect((await as('10.1.2.3:9090', '/health/live')).status).toBe(200);
      expect((await as('10.1.2.3:9090', '/healthy')).status).toBe(421);
    });

    it('is taken from X-Forwarded-Host only behind a trusted proxy', async () => {
      const forwarded = { 'x-forwarded-host': 'chat.example.com' };
      await start({ PUBLIC_URL: 'https://chat.example.com' });
      expect((await as('inner', '/echo', forwarded)).status).toBe(421);
      await app.close();
      await start({ PUBLIC_URL: 'https://chat.example.com', TRUST_PROXY: '1' });
      expect((await as('inner', '/echo', forwarded)).status).toBe(200);
      expect((await as('127.0.0.1', '/echo', { 'x-forwarded-host': 'evil.example' })).status).toBe(421);
    });

    it('has to be one that no page of a stranger has, whatever X-Forwarded-Host says', async () => {
      const forwarded = { 'x-forwarded-host': 'chat.example.com' };
      await start({ PUBLIC_URL: 'https://chat.example.com', TRUST_PROXY: '1' });
      for (const host of ['evil.example', 'evil.example:3000', 'evil.example.', 'localhost.evil.example', 'evil.']) {
        expect([host, (await as(host, '/echo', forwarded)).status]).toEqual([host, 421]);
      }
      for (const host of ['rondo:3000', '10.0.0.7', '[fd00::7]:3000', 'localhost', 'chat.example.com']) {
        expect([host, (await as(host, '/echo', forwarded)).status]).toEqual([host, 200]);
      }
    });

    it('is refused with 400 where there are two', async () => {
      await start();
      for (const path of ['/echo', '/health/live']) {
        const lines = [`GET ${path} HTTP/1.1`, 'Host: localhost', 'Host: evil.example', 'Connection: close'];
        const answer = await sendLines(lines);
        expect([path, answer]).toEqual([path, expect.stringMatching(/^HTTP\/1\.1 400 [^]*"invalid_request"/)]);
      }
    });
  });

  describe('Origin', () => {
    it('is the page of this very host and port', async () => {
      await start();
      expect((await fromPage(`http://127.0.0.1:${port}`)).status).toBe(201);
      const named = { host: `localhost:${port}` };
      expect((await fromPage(`http://localhost:${port}`, named)).status).toBe(201);
      expect((await fromPage('https://localhost', { host: 'localhost' })).status).toBe(201);
    });

    it('is otherwise refused with 403 and the name of the variable', async () => {
      await start({ CORS_ORIGINS: 'https://app.example.org' });
      const others = [
        'https://evil.example',
        'null',
        'http://127.0.0.1:1',
        `http://localhost:${port}`,
        `http://127.0.0.1:${port}.evil.example`,
        'https://app.example.org:444',
        'http://app.example.org',
        `file://127.0.0.1:${port}`,
        'nonsense',
      ];
      for (const origin of others) expect([origin, (await fromPage(origin)).status]).toEqual([origin, 403]);
      const answer = await fromPage('https://evil.example');
      expect(answer.json()).toMatchObject({ code: 'origin_not_allowed', status: 403 });
      expect(answer.json().detail).toContain('CORS_ORIGINS');
      expect(answer.headers['access-control-allow-origin']).toBeUndefined();
    });

    it('of a listed page is allowed, with the headers that let it read the answer', async () => {
      await start({ CORS_ORIGINS: 'https://app.example.org', PUBLIC_URL: 'https://chat.example.com' });
      const { status, headers } = await fromPage('https://app.example.org');
      expect(status).toBe(201);
      expect(headers['access-control-allow-origin']).toBe('https://app.example.org');
      expect(headers['access-control-expose-headers']).toMatch(/^X-Answer-Id, X-Request-Id, Retry-After, /);
      expect(headers['access-control-allow-credentials']).toBeUndefined();
      expect(headers.vary).toContain('Origin');
      expect((await fromPage('https://chat.example.com')).status).toBe(201);
    });

    it('may be missing, but not where a browser reads for a page of another site', async () => {
      await start({ CORS_ORIGINS: 'https://app.example.org' });
      const read = (path: string, headers: Record<string, string>, method: 'GET' | 'HEAD' = 'GET') =>
        app.call(path, { method, headers: { 'sec-fetch-site': 'cross-site', ...headers } });
      for (const mode of ['no-cors', 'cors', 'navigate', 'websocket']) {
        for (const path of ['/echo', '/metrics', '/health/live', '/nowhere']) {
          expect([mode, path, (await read(path, { 'sec-fetch-mode': mode })).status]).toEqual([mode, path, 403]);
        }
      }
      const refused = await read('/echo', {});
      expect(refused.json()).toMatchObject({ code: 'origin_not_allowed' });
      expect((await read('/echo', {}, 'HEAD')).status).toBe(403);
      expect((await read('/', { 'sec-fetch-mode': 'no-cors' })).status).toBe(403);
      // Nothing is served under these names here; what matters is that they are asked for.
      for (const path of ['/', '/docs', '/DOCS/']) {
        expect([path, (await read(path, { 'sec-fetch-mode': 'navigate' })).status]).toEqual([path, 404]);
      }
      expect((await read('/echo', { origin: 'https://app.example.org' })).status).toBe(200);
      for (const site of ['same-origin', 'same-site', 'none']) {
        expect([site, (await read('/echo', { 'sec-fetch-site': site })).status]).toEqual([site, 200]);
      }
    });

    it('of a listed page may ask first what is allowed', async () => {
      await start({ CORS_ORIGINS: 'https://app.example.org' });
      const preflight = (origin: string) =>
        app.call('/echo', { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'POST' } });
      const { status, headers } = await preflight('https://app.example.org');
      expect(status).toBe(204);
      expect(headers['access-control-allow-methods']).toContain('PATCH');
      for (const name of ['Content-Type', 'Last-Event-ID', 'Idempotency-Key', 'X-Request-Id']) {
        expect(headers['access-control-allow-headers']).toContain(name);
      }
      expect((await preflight('https://evil.example')).status).toBe(403);
    });
  });
});
