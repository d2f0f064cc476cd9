import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApp, type RunningApp } from '../support/app.js';
import { BAD_IDS } from '../support/bad-ids.js';
import { asked, post, problemOf } from '../support/chat-api.js';
import { expectProblem } from '../support/expect-problem.js';
import { call } from '../support/http-app.js';

const VALID = { user_id: 'ada', session_id: 'input', message: 'echo: hi' };
let service: RunningApp;
beforeAll(async () => (service = await startApp()));
afterAll(() => service.close());

describe.each(['/rr-chat/stream', '/rr-chat'])('the body of POST %s', (path) => {
  const without = (field: keyof typeof VALID) =>
    Object.fromEntries(Object.entries(VALID).filter(([name]) => name !== field));

  it.each(['user_id', 'session_id', 'message'] as const)('has to have %s', async (field) => {
    await refused(without(field), field);
  });

  it('is refused with one message for each field, which a missing message is told, too', async () => {
    const answer = await post(service.url, path, { ...without('message'), temperature: 'hot' });
    const { detail, errors = [] } = problemOf(answer);
    expect(errors.map((error) => error.path)).toEqual(['message', 'temperature']);
    expect(errors[0]?.message).toBe('message must be a string');
    expect(detail).toBe(errors.map(({ message }) => message).join('; '));
  });

  it('is refused where the message is blank, and says that it is the message', async () => {
    await refused({ ...VALID, message: ' \n' }, 'message');
  });

  it.each([
    ['user_id', [7, true, [], {}, ['ada'], null]],
    ['session_id', [7, true, [], {}, ['s'], null]],
    ['message', [7, true, [], {}, ['Hello?'], null]],
    ['provider', [7, true, [], {}, ['groq'], '', 'nobody', '__proto__', 'toString', 'g'.repeat(129)]],
    ['temperature', ['hot', '1', true, [], {}, -0.1, 2.1]],
    ['max_tokens', ['5', true, [], {}, 0, -1, 1.5, 1e300]],
    ['system_prompt', [7, true, [], {}, 'a\0b', 'x'.repeat(200_001)]],
    ['on_disconnect', [7, true, [], {}, '', 'later', 'toString']],
    ['supersede', ['true', 1, [], {}]],
  ] as [string, unknown[]][])(
    'is refused where %s is of another type, empty, or out of its bounds',
    async (field, values) => {
      for (const value of values) await refused({ ...VALID, [field]: value }, field);
    },
  );

  it('is refused where model is no model id, or comes without its provider', async () => {
    for (const model of [7, [], {}, '', 'a b', 'a\r\nb', '../../etc', 'm'.repeat(129)]) {
      await refused({ ...VALID, provider: 'groq', model }, 'model');
    }
    await refused({ ...VALID, model: 'openai/gpt-oss-120b' }, 'model');
  });

  it.each(BAD_IDS)('is refused where an id is %j', async (id) => {
    await refused({ ...VALID, user_id: id }, 'user_id');
    await refused({ ...VALID, session_id: id }, 'session_id');
  });

  it('is refused where it has a field that nobody knows', async () => {
    await refused({ ...VALID, stream: true }, 'stream');
    await refused({ ...VALID, Message: 'x' }, 'Message');
    await refused({ ...VALID, 'on-disconnect': 'finish' }, 'on-disconnect');
  });

  it.each(['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty'])(
    'is refused where it has a field named %s, which changes no other request',
    async (name) => {
      const raw = `${JSON.stringify(VALID).slice(0, -1)},"${name}":{"message":"polluted","isAdmin":true}}`;
      const answer = await send(raw);
      expectProblem(answer, 400, 'invalid_request');
      expect(problemOf(answer).errors?.map(({ path: field }) => field)).toContain(name);
      expect(Object.keys(Object.prototype)).toEqual([]);
      await refused(without('message'), 'message');
    },
  );

  function send(body: string | Buffer, headers: Record<string, string> = {}): ReturnType<typeof call> {
    return call(`${service.url}${path}`, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', ...headers },
    });
  }

  async function refused(body: unknown, field: string): Promise<void> {
    const before = asked(service);
    const answer = await post(service.url, path, body);
    expectProblem(answer, 400, 'invalid_request');
    expect(problemOf(answer).errors?.map((error) => error.path)).toContain(field);
    expect(asked(service)).toBe(before);
  }
});
