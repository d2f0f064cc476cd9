import { Controller, Get, Logger } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startHttpApp, type HttpApp } from '../../support/http-app.js';

const KEY = 'gsk_CANARY/of+groq"quoted"';
const PASSWORD = 'pass:w0rd/CANARY';
const PROXY = `http://proxyuser:${encodeURIComponent(PASSWORD)}@127.0.0.1:3128`;
const ANSWER_ID = 'yO2hY4tyByelobrhe-hemAWf';
const BASIC = Buffer.from(`proxyuser:${PASSWORD}`).toString('base64');

@Controller()
class LoggingController {
  readonly #log = new Logger('Test');

  constructor(private readonly pino: PinoLogger) {}

  @Get('secrets')
  secrets(): { ok: true } {
    const cause = new Error(`connect failed for ${PROXY}`);
    this.#log.error({ err: new Error(`401 for key ${KEY}`, { cause }) }, 'attempt failed');
    this.#log.warn(`sent Authorization: Bearer ${KEY} and Proxy-Authorization: Basic ${BASIC}`);
    this.#log.log({
      provider: 'groq',
      apiKey: 'whatever-key',
      headers: { authorization: 'Bearer t0ken', cookie: 'a=b' },
    });
    this.pino.info({ url: `https://${encodeURIComponent(KEY)}.example/?key=${encodeURIComponent(KEY)}` }, 'url');
    for (const level of ['info', 'warn', 'error'] as const) this.pino[level]({ answer_id: ANSWER_ID }, 'of an answer');
    this.pino.info({ other: 'redis://user:0therPass@cache:6379/0' }, 'not ours');
    return { ok: true };
  }

  @Get('query-error')
  queryError(): never {
    throw Object.assign(new Error('SQLITE_FULL'), {
      code: 'SQLITE_FULL',
      parameters: ['what ada wrote'],
      query: 'INSERT',
    });
  }
}

describe('the log', () => {
  let app: HttpApp;
  let text: string;

  beforeAll(async () => {
    const env = { GROQ_API_KEY: KEY, PROXY_URL: PROXY, LOG_LEVEL: 'info' };
    app = await startHttpApp({ controllers: [LoggingController] }, env);
    await app.call('/secrets', { headers: { 'x-request-id': 'trace-1' } });
    await app.call('/query-error', { headers: { 'x-request-id': 'trace-2' } });
    await app.call('/metrics');
    await app.logged(({ msg, request_id }) => msg === 'request' && request_id === 'trace-2');
    text = JSON.stringify(app.log());
  });

  afterAll(() => app.close());

  it('holds no key and no credentials of the proxy, in no form', () => {
    expect(text).not.toContain('CANARY');
    expect(text).not.toContain(BASIC);
    expect(text).not.toMatch(/proxyuser:|t0ken|whatever-key|a=b|0therPass/);
    expect(text).toContain('401 for key [redacted]');
    expect(text).toContain('redis://[redacted]@cache:6379/0');
  });

  it("holds the beginning of an answer's id, by which nobody can read that answer", () => {
    expect(text).not.toContain(ANSWER_ID);
    const lines = app.log().filter(({ msg }) => msg === 'of an answer');
    expect(lines.map(({ answer_id }) => answer_id)).toEqual(['yO2hY4ty', 'yO2hY4ty', 'yO2hY4ty']);
  });

  it('names the request in every line that is written while it is served, once', () => {
    const lines = app.rawLog().filter((line) => line.includes('trace-'));
    expect(lines.length).toBeGreaterThanOrEqual(8);
    for (const line of lines) expect(line.match(/"request_id"/g)).toHaveLength(1);
  });

  it('tells errors by type, message, code, stack and cause, and leaves out what a query was given', () => {
    const failed = app.log().find(({ msg }) => msg === 'attempt failed');
    expect(failed).toMatchObject({
      level: 'error',
      context: 'Test',
      err: { type: 'Error', cause: { message: 'connect failed for http://[redacted]@127.0.0.1:3128' } },
    });
    const query = app.log().find(({ msg, request_id }) => msg === 'request failed' && request_id === 'trace-2');
    expect(query).toMatchObject({ err: { code: 'SQLITE_FULL' } });
    expect(text).not.toContain('what ada wrote');
  });

  it('is one JSON object per line, with time and level by name', () => {
    for (const line of app.rawLog()) expect(line).toMatch(/^\{"level":"[a-z]+","time":"\d{4}-[^\n]*\}\n$/);
  });

  it('leaves out what is below its level, such as calls of metrics', () => {
    expect(app.log().filter(({ route }) => route === '/metrics')).toEqual([]);
  });
});
