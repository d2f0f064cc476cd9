import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApp, type RunningApp } from '../support/app.js';
import { problemOf } from '../support/chat-api.js';
import { expectProblem } from '../support/expect-problem.js';
import { call } from '../support/http-app.js';

const VALID = { user_id: 'ada', session_id: 'bytes', message: 'echo: hi' };
const MIB = 1024 * 1024;

let service: RunningApp;
beforeAll(async () => (service = await startApp()));
afterAll(() => service.close());

describe.each(['/rr-chat/stream', '/rr-chat'])('the bytes that POST %s gets', (path) => {
  it('may be 1 MiB long and not a byte longer', async () => {
    const padded = (bytes: number) => {
      const frame = JSON.stringify({ ...VALID, message: '' });
      return JSON.stringify({ ...VALID, message: 'x'.repeat(bytes - frame.length) });
    };
    expectProblem(await send(padded(MIB)), 413, 'message_too_long');
    expectProblem(await send(padded(MIB + 1)), 413, 'body_too_large');
    expectProblem(await send(`${JSON.stringify(VALID)}${' '.repeat(2 * MIB)}`), 413, 'body_too_large');
  });

  it('has to be valid UTF-8', async () => {
    for (const bytes of [[0xff], [0xc3], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80]]) {
      const [before = '', after = ''] = JSON.stringify({ ...VALID, message: '|' }).split('|');
      const body = Buffer.concat([Buffer.from(before), Buffer.from(bytes), Buffer.from(after)]);
      expectProblem(await send(body), 400, 'invalid_request');
    }
  });

  it('is refused where a number is none that can be counted with', async () => {
    for (const [field, number] of [
      ['temperature', '1e999'],
      ['max_tokens', '-1e999'],
      ['max_tokens', '9007199254740993'],
    ] as const) {
      const answer = await send(`${JSON.stringify(VALID).slice(0, -1)},"${field}":${number}}`);
      expectProblem(answer, 400, 'invalid_request');
      expect(problemOf(answer).errors?.[0]?.path).toBe(field);
    }
  });

  it('has to be a JSON object, and not nested for ever', async () => {
    const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
    const deepObject = `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`;
    const bodies = ['', '{', '[]', '"text"', '7', 'null', 'true', '{"a":1', "{'a':1}", '\u{feff}{', deep, deepObject];
    for (const body of bodies) expectProblem(await send(body), 400, 'invalid_request');
    expectProblem(await send(`${JSON.stringify(VALID).slice(0, -1)},"deep":${deep}}`), 400, 'invalid_request');
  });

  it('has to say that it is JSON, and not be compressed', async () => {
    const body = JSON.stringify(VALID);
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'])
      expectProblem(await send(body, { 'content-type': type }), 400, 'invalid_request');
    expectProblem(await send(body, { 'content-encoding': 'gzip' }), 400, 'invalid_request');
    expectProblem(await send(body, { 'content-type': 'application/json; charset=utf-16' }), 400, 'invalid_request');
  });

  function send(body: string | Buffer, headers: Record<string, string> = {}): ReturnType<typeof call> {
    return call(`${service.url}${path}`, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', ...headers },
    });
  }
});
