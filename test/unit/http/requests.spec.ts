import { once } from 'node:events';
import { connect } from 'node:net';
import { Controller, Get, NotFoundException, Param, Patch, Res } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Response } from 'express';
import { HistoryUnavailableError } from '../../../src/history/history-store.js';
import { ProblemException } from '../../../src/http/problem.exception.js';
import { OpenAiDoor } from '../../../src/openai/openai-door.js';
import { expectProblem } from '../../support/expect-problem.js';
import { startHttpApp, type HttpApp } from '../../support/http-app.js';

@Controller('v1/models')
class ModelsController {
  @Get('nobody')
  nobody(): never {
    const errors = [{ path: 'model', message: 'unknown' }];
    throw new ProblemException({ status: 404, code: 'not_found', detail: 'Unknown.', errors });
  }
}

@Controller('notes')
class NotesController {
  @Get('gone')
  gone(): never {
    throw new NotFoundException('There is no such note.');
  }

  @Get('history')
  history(): never {
    throw new HistoryUnavailableError('SQLITE_FULL at /var/secret/path');
  }

  @Get('busy')
  busy(): never {
    const answer_id = 'answer-1';
    throw new ProblemException({
      status: 409,
      code: 'answer_running',
      detail: 'Wait.',
      retryAfterMs: 1_200,
      answer_id,
    });
  }

  @Get('broken')
  broken(): never {
    throw new Error('the secret inside');
  }

  @Get('half')
  half(@Res() response: Response): never {
    response.write('half of ');
    throw new Error('died on the way');
  }

  @Patch(':id')
  patch(@Param('id') id: string): { id: string } {
    return { id };
  }
}

describe('a request', () => {
  let app: HttpApp;

  beforeAll(async () => {
    app = await startHttpApp(
      { controllers: [NotesController, ModelsController], providers: [OpenAiDoor] },
      { LOG_LEVEL: 'debug' },
    );
  });

  afterAll(() => app.close());

  describe('that fails', () => {
    it('is a problem for an unknown path', async () => {
      expectProblem(await app.call('/nowhere'), 404, 'not_found');
      expectProblem(await app.call('/notes/gone'), 404, 'not_found');
    });

    it('is a problem for a path that cannot be decoded', async () => {
      expectProblem(await app.call('/notes/%E0%A4%A', { method: 'PATCH' }), 400, 'invalid_request');
    });

    it('carries everything that a ProblemException says', async () => {
      const answer = await app.call('/notes/busy');
      expectProblem(answer, 409, 'answer_running');
      expect(answer.json()).toMatchObject({ answer_id: 'answer-1', retry_after_ms: 1_200, title: 'Conflict' });
      expect(answer.headers['retry-after']).toBe('2');
    });

    it('is 503 with Retry-After when the history is away', async () => {
      const answer = await app.call('/notes/history');
      expectProblem(answer, 503, 'history_unavailable');
      expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
      expect(answer.text).not.toContain('secret');
    });

    it('is 500 without the reason of an unexpected error, whose stack is logged', async () => {
      const answer = await app.call('/notes/broken', { headers: { 'x-request-id': 'broken-1' } });
      expectProblem(answer, 500, 'internal');
      expect(answer.text).not.toContain('secret inside');
      const line = await app.logged(({ msg, request_id }) => msg === 'request failed' && request_id === 'broken-1');
      expect(line).toMatchObject({ level: 'error', err: { message: 'the secret inside' } });
      expect(JSON.stringify(line.err)).toContain('requests.spec');
    });

    it('has its connection cut when the response had started', async () => {
      await expect(app.call('/notes/half')).rejects.toThrow();
      await app.logged(({ err }) => JSON.stringify(err ?? '').includes('died on the way'));
    });

    it('has no body for HEAD', async () => {
      const answer = await app.call('/nowhere', { method: 'HEAD' });
      expect([answer.status, answer.text]).toEqual([404, '']);
    });
  });

  describe('and its id', () => {
    it.each(['a', 'trace:01/ab=', 'x'.repeat(128)])('keeps %s', async (id) => {
      expect((await app.call('/nowhere', { headers: { 'x-request-id': id } })).headers['x-request-id']).toBe(id);
    });

    it.each(['', 'x'.repeat(129), 'a b', 'a,b', '"quoted"', '<b>', 'naïve'])('replaces %j', async (id) => {
      const answer = await app.call('/nowhere', { headers: { 'x-request-id': id } });
      expect(answer.headers['x-request-id']).toMatch(/^[\w-]{24}$/);
      expect(answer.json().request_id).toBe(answer.headers['x-request-id']);
    });
  });

  describe('and its headers', () => {
    it('get the security headers, whatever the status', async () => {
      for (const path of ['/nowhere', '/notes/busy', '/metrics']) {
        const { headers } = await app.call(path);
        expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' });
        expect(headers['content-security-policy']).toContain("trusted-types 'none'");
        expect(headers['x-powered-by']).toBeUndefined();
      }
    });
  });

  describe('and its log line', () => {
    const lineOf = (id: string) => app.logged(({ msg, request_id }) => msg === 'request' && request_id === id);

    it('tells method, route, status and duration, and no path, query or body', async () => {
      await app.call('/notes/zebra-1?user_id=zebra-2', { method: 'PATCH', headers: { 'x-request-id': 'line-1' } });
      const line = await lineOf('line-1');
      expect(line).toMatchObject({ level: 'info', method: 'PATCH', route: '/notes/:id', status: 200 });
      expect(line.duration_ms).toEqual(expect.any(Number));
      expect(JSON.stringify(app.log())).not.toMatch(/zebra/);
    });

    it('also comes when no controller saw the request', async () => {
      await app.call('/notes', { headers: { host: 'evil.example', 'x-request-id': 'line-2' } });
      expect(await lineOf('line-2')).toMatchObject({ route: 'other', status: 421, code: 'host_not_allowed' });
      const headers = { 'content-type': 'application/json', 'x-request-id': 'line-3' };
      await app.call('/notes', { method: 'POST', body: '{', headers });
      expect(await lineOf('line-3')).toMatchObject({ route: 'other', status: 400 });
    });

    it('has the route of the path when the body was refused or never arrived', async () => {
      const headers = { 'content-type': 'application/json', 'x-request-id': 'body-1' };
      await app.call('/notes/zebra-3', { method: 'PATCH', body: '{', headers });
      expect(await lineOf('body-1')).toMatchObject({ route: '/notes/:id', status: 400, code: 'invalid_request' });
      const socket = connect(Number(new URL(app.url).port), '127.0.0.1');
      const head = ['PATCH /notes/zebra-4 HTTP/1.1', 'Host: localhost', 'Content-Type: application/json'];
      const begun = once(app.nest.getHttpServer(), 'request');
      socket.write([...head, 'X-Request-Id: body-2', 'Content-Length: 9', '', '{'].join('\r\n'));
      await begun;
      socket.destroy();
      expect(await lineOf('body-2')).toMatchObject({ route: '/notes/:id', cut: true });
      expect(JSON.stringify(app.log())).not.toMatch(/zebra/);
    });

    it.each([
      ['/nowhere', 404, 'not_found'],
      ['/notes/busy', 409, 'answer_running'],
      ['/notes/history', 503, 'history_unavailable'],
      ['/notes/broken', 500, 'internal'],
      ['/v1/nowhere', 404, 'not_found'],
      ['/v1/models/nobody', 404, 'model_not_found'],
    ])('of an error has its code: %s', async (path, status, code) => {
      const id = `code-${path.replaceAll('/', '-')}`;
      await app.call(path, { headers: { 'x-request-id': id } });
      expect(await lineOf(id)).toMatchObject({ status, code });
    });

    it('is at debug for metrics and health', async () => {
      await app.call('/metrics', { headers: { 'x-request-id': 'line-4' } });
      expect(await lineOf('line-4')).toMatchObject({ level: 'debug', route: '/metrics' });
    });
  });

  it('without a Host header gets a response', async () => {
    const socket = connect(Number(new URL(app.url).port), '127.0.0.1');
    socket.end('GET /notes/gone HTTP/1.0\r\n\r\n');
    const chunks: Buffer[] = [];
    for await (const chunk of socket) chunks.push(chunk as Buffer);
    expect(Buffer.concat(chunks).toString()).toMatch(/^HTTP\/1\.1 421 /);
  });
});
