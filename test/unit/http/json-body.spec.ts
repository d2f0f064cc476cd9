import { Readable } from 'node:stream';
import { Body, Controller, Post } from '@nestjs/common';
import { request } from 'undici';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, IsString, ValidateNested } from 'class-validator';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { OpenAiDoor } from '../../../src/openai/openai-door.js';
import { expectProblem } from '../../support/expect-problem.js';
import { startHttpApp, type Answer, type HttpApp } from '../../support/http-app.js';

class Inner {
  @IsInt()
  n!: number;
}

class Note {
  @IsString()
  text!: string;

  @IsOptional()
  @ValidateNested()
  @Type(() => Inner)
  inner?: Inner;
}

@Controller('notes')
class NotesController {
  @Post()
  create(@Body() note: Note): Note {
    return note;
  }
}

/** An object of so many names. */
function wide(names: number): string {
  return `{${Array.from({ length: names }, (_, index) => `"${index.toString(36)}":0`).join(',')}}`;
}

describe('the body of a request', () => {
  let app: HttpApp;

  const post = (body: string | Buffer, headers: Record<string, string> = {}): Promise<Answer> =>
    app.call('/notes', { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } });

  beforeAll(async () => {
    app = await startHttpApp({ controllers: [NotesController], providers: [OpenAiDoor] });
  });

  afterAll(() => app.close());

  it('is taken where it is a JSON object in UTF-8', async () => {
    const answer = await post('{"text":"grüße 你好"}', { 'content-type': 'application/json; charset=utf-8' });
    expect(answer.status).toBe(201);
    expect(answer.json()).toEqual({ text: 'grüße 你好' });
  });

  it.each([
    ['broken JSON', '{"text":'],
    ['a list', '[]'],
    ['a string', '"text"'],
    ['null', 'null'],
    ['bytes that are not UTF-8', Buffer.from([0x7b, 0x22, 0x74, 0x22, 0x3a, 0x22, 0xff, 0x22, 0x7d])],
    ['half a surrogate in UTF-8', Buffer.from([0x7b, 0x22, 0x74, 0x22, 0x3a, 0x22, 0xed, 0xa0, 0x80, 0x22, 0x7d])],
    ['nesting without end', `{"text":${'['.repeat(200_000)}${']'.repeat(200_000)}}`],
    ['a prototype key', '{"text":"a","__proto__":{"admin":true}}'],
    ['a constructor key', '{"text":"a","constructor":{"prototype":{}}}'],
    ['a prototype method', '{"text":"a","hasOwnProperty":1}'],
    ['a nested prototype key', '{"text":"a","inner":{"n":1,"toString":1}}'],
  ])('is a 400 for %s', async (_what, body) => {
    expectProblem(await post(body), 400, 'invalid_request');
  });

  it.each([
    ['an object of very many names', wide(60_000)],
    ['such an object in another', `{"text":"a","inner":${wide(60_000)}}`],
    ['such an object in a list', `{"text":"a","list":[[${wide(60_000)}]]}`],
    ['very many objects of some names', `{"list":[${`${wide(100)},`.repeat(500)}1]}`],
    ['a very long list', `{"list":[${'{},'.repeat(200_000)}{}]}`],
    ['more names than a body may have', wide(201)],
  ])('is a 400 at once for %s', async (_what, body) => {
    const before = process.cpuUsage();
    const answer = await post(body);
    const { user, system } = process.cpuUsage(before);
    expectProblem(answer, 400, 'invalid_request');
    expect(answer.json().detail).toMatch(/has more than/);
    expect((user + system) / 1000).toBeLessThan(1_000);
  });

  it.each([
    ['values', `{"list":[${'{},'.repeat(2_000)}`, 'more than 1000 values'],
    ['names of one object', `{"a":${wide(201)}`, 'more than 200 fields'],
    ['levels', `{"a":${'['.repeat(40)}`, 'nested too deeply'],
  ])('is refused for its %s before it is parsed', async (_what, notJson, why) => {
    const answer = await post(notJson);
    expectProblem(answer, 400, 'invalid_request');
    expect(answer.json().detail).toContain(why);
  });

  it('may have as much of it as it likes within a string', async () => {
    const text = '{"[,\\'.repeat(2_000);
    expect((await post(JSON.stringify({ text }))).json()).toEqual({ text });
    expect((await post(`{"text":"a","list":[${'{ },\n'.repeat(990)}[]]}`)).json().detail).toContain('list');
  });

  it('may have many names in tool schemas', async () => {
    const door = (body: string) =>
      app.call('/v1/notes', { method: 'POST', body, headers: { 'content-type': 'application/json' } });
    expect((await door(`{"tools":${wide(1_000)}}`)).status).toBe(404);
    expect((await door(`{"tools":${wide(1_001)}}`)).status).toBe(400);
    expect((await door(`{"list":[${`${wide(900)},`.repeat(120)}1]}`)).status).toBe(400);
  });

  it.each([
    [{ 'content-type': 'text/plain' }, 'Content-Type'],
    [{ 'content-type': 'application/x-www-form-urlencoded' }, 'Content-Type'],
    [{ 'content-type': 'application/json; charset=utf-16' }, 'UTF-8'],
    [{ 'content-type': 'application/json; charset=latin1' }, 'UTF-8'],
    [{ 'content-encoding': 'gzip' }, 'compressed'],
  ])('is a 400 that says why for %j', async (headers, why) => {
    const answer = await post('{"text":"a"}', headers);
    expectProblem(answer, 400, 'invalid_request');
    expect(answer.json().detail).toContain(why);
  });

  it('may begin with a byte order mark, and come in pieces that split characters', async () => {
    const bytes = Buffer.from('\uFEFF{"text":"grüße 你好"}');
    const pieces = [...bytes].map((byte) => Buffer.from([byte]));
    const headers = { 'content-type': 'application/json' };
    const response = await request(`${app.url}/notes`, { method: 'POST', headers, body: Readable.from(pieces) });
    expect([response.statusCode, await response.body.json()]).toEqual([201, { text: 'grüße 你好' }]);
  });

  it('may be 1 MiB, and is a 413 beyond it', async () => {
    const ofSize = (bytes: number) => `{"text":"${'a'.repeat(bytes - 11)}"}`;
    expect((await post(ofSize(1024 * 1024))).status).toBe(201);
    expectProblem(await post(ofSize(1024 * 1024 + 1)), 413, 'body_too_large');
    const endless = Readable.from(Array.from({ length: 20 }, () => Buffer.alloc(64 * 1024, ' ')));
    const headers = { 'content-type': 'application/json' };
    const { statusCode } = await request(`${app.url}/notes`, { method: 'POST', headers, body: endless });
    expect(statusCode).toBe(413);
  });

  it('names each wrong field by its path, and never repeats what was in it', async () => {
    const answer = await post('{"text":5,"inner":{"n":"secret value"},"extra":1}');
    expectProblem(answer, 400, 'invalid_request');
    const errors = answer.json().errors as { path: string; message: string }[];
    expect(errors.map(({ path }) => path).sort()).toEqual(['extra', 'inner.n', 'text']);
    expect(answer.text).not.toContain('secret value');
  });

  it('shortens names of unknown fields', async () => {
    const answer = await post(JSON.stringify({ text: 'a', ['x'.repeat(100_000)]: 1 }));
    expectProblem(answer, 400, 'invalid_request');
    expect(answer.text.length).toBeLessThan(2_000);
  });

  it('that is missing is a 400 for its fields', async () => {
    expectProblem(await app.call('/notes', { method: 'POST' }), 400, 'invalid_request');
  });
});
