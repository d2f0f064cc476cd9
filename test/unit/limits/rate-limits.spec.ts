import { Body, Controller, HttpCode, Post, Req, RequestMethod, Sse, UseFilters, UseGuards } from '@nestjs/common';
import { IsString } from 'class-validator';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { Request } from 'express';
import { of, type Observable } from 'rxjs';
import { addressOf } from '../../../src/http/client-address.js';
import { AddressLimitGuard } from '../../../src/limits/address-limit.guard.js';
import { LimitsModule } from '../../../src/limits/limits.module.js';
import { RateLimitedEventsFilter } from '../../../src/limits/rate-limited.js';
import { UserLimit } from '../../../src/limits/user-limit.js';
import { startHttpApp, type Answer, type HttpApp } from '../../support/http-app.js';

class Question {
  @IsString()
  user_id!: string;
}

@Controller('rr-chat')
@UseGuards(AddressLimitGuard)
class ChatController {
  constructor(private readonly userLimit: UserLimit) {}

  @UseFilters(RateLimitedEventsFilter)
  @Sse('stream', { method: RequestMethod.POST })
  @HttpCode(200)
  async stream(@Body() { user_id }: Question, @Req() request: Request): Promise<Observable<{ data: string }>> {
    await this.userLimit.count(user_id, addressOf(request));
    return of({ data: 'hello' });
  }

  @Post()
  @HttpCode(200)
  async chat(@Body() { user_id }: Question, @Req() request: Request): Promise<{ user_id: string }> {
    await this.userLimit.count(user_id, addressOf(request));
    return { user_id };
  }
}

describe('the rate limit of chat requests', () => {
  let app: HttpApp;

  const start = async (env: Record<string, string>): Promise<void> => {
    app = await startHttpApp({ imports: [LimitsModule], controllers: [ChatController] }, env);
  };
  const ask = (user: unknown, path = '/rr-chat', headers: Record<string, string> = {}): Promise<Answer> =>
    app.call(path, { method: 'POST', json: { user_id: user }, headers });
  const statuses = (answers: Answer[]): number[] => answers.map(({ status }) => status);
  const times = <T>(n: number, make: (i: number) => T): T[] => Array.from({ length: n }, (_, i) => make(i));

  afterEach(() => app.close());

  it('lets exactly the allowed number of parallel requests through', async () => {
    await start({ RATE_LIMIT: '60' });
    const answers = await Promise.all(times(200, (i) => ask('ada', i % 2 === 0 ? '/rr-chat' : '/rr-chat/stream')));
    expect(statuses(answers).filter((status) => status === 200)).toHaveLength(60);
    expect(statuses(answers).filter((status) => status === 429)).toHaveLength(140);
  });

  it('answers a stream with 429, Retry-After and three events, done last', async () => {
    await start({ RATE_LIMIT: '1', RATE_LIMIT_WINDOW_MS: '30500' });
    await ask('ada');
    const { status, headers, text } = await ask('ada', '/rr-chat/stream');
    expect(status).toBe(429);
    const line = await app.logged(({ msg, status: logged }) => msg === 'request' && logged === 429);
    expect(line).toMatchObject({ route: '/rr-chat/stream', code: 'rate_limited' });
    expect(headers['content-type']).toBe('text/event-stream');
    const [limited, error, done, end] = text.split('\n\n').map((event) => event.split('\n'));
    expect(end).toEqual(['']);
    expect(limited?.[0]).toBe('id: 0.0.1');
    expect(error?.[1]).toMatch(/"code":"rate_limited","class":"retryable","retryable":true,"retry_after_ms":/);
    expect(done).toEqual(['id: 0.0.3', 'data: {"type":"done","finish_reason":"error","message_id":""}']);
    const [, retryAfterMs = ''] =
      /^data: {"type":"rate_limited","retry_after_ms":(\d+)}$/.exec(limited?.[1] ?? '') ?? [];
    expect(Number(retryAfterMs)).toBeGreaterThan(28_000);
    expect(Number(retryAfterMs)).toBeLessThanOrEqual(30_500);
    expect(headers['retry-after']).toBe(String(Math.ceil(Number(retryAfterMs) / 1000)));
  });

  it('answers the JSON endpoint with a problem', async () => {
    await start({ RATE_LIMIT: '1' });
    await ask('ada');
    const answer = await ask('ada');
    expect(answer.status).toBe(429);
    expect(answer.headers['content-type']).toBe('application/problem+json');
    expect(answer.json()).toMatchObject({ status: 429, code: 'rate_limited', title: 'Too Many Requests' });
    expect(Number(answer.headers['retry-after'])).toBe(Math.ceil(Number(answer.json().retry_after_ms) / 1000));
  });

  it('takes the next request after the announced time, and not before', async () => {
    await start({ RATE_LIMIT: '2', RATE_LIMIT_WINDOW_MS: '1000' });
    await ask('ada');
    await ask('ada');
    const refused = await ask('ada');
    const wait = Number(refused.json().retry_after_ms);
    await new Promise((resolve) => setTimeout(resolve, wait / 2));
    expect((await ask('ada')).status).toBe(429);
    await new Promise((resolve) => setTimeout(resolve, wait / 2 + 5));
    expect((await ask('ada')).status).toBe(200);
  });

  it('counts each user separately', async () => {
    await start({ RATE_LIMIT: '1' });
    expect(statuses([await ask('ada'), await ask('ada'), await ask('bob')])).toEqual([200, 429, 200]);
  });

  it('counts an invalid request for the address and not for the user', async () => {
    await start({ RATE_LIMIT: '1', RATE_LIMIT_PER_ADDRESS: '5' });
    const wrong = { user_id: 'ada', extra: 1 };
    const refused = await Promise.all(times(4, () => app.call('/rr-chat', { method: 'POST', json: wrong })));
    expect(statuses(refused)).toEqual([400, 400, 400, 400]);
    expect(statuses([await ask('ada'), await ask('ada')])).toEqual([200, 429]);
  });

  it('limits an address whatever users it claims', async () => {
    await start({ RATE_LIMIT: '60', RATE_LIMIT_PER_ADDRESS: '3' });
    const answers = await Promise.all(times(20, (i) => ask(`user-${String(i)}`)));
    expect(statuses(answers).filter((status) => status === 200)).toHaveLength(3);
    expect((await ask('another')).text).toContain('this address');
  });

  it('does not count for the address what the user limit refused', async () => {
    await start({ RATE_LIMIT: '2', RATE_LIMIT_PER_ADDRESS: '4' });
    await Promise.all(times(30, () => ask('busy')));
    expect(statuses([await ask('calm'), await ask('calm'), await ask('calm')])).toEqual([200, 200, 429]);
  });

  it('does not count for the user what the address limit refused', async () => {
    await start({ RATE_LIMIT: '2', RATE_LIMIT_PER_ADDRESS: '2', TRUST_PROXY: '1' });
    const from = (address: string) => ask('ada', '/rr-chat', { 'x-forwarded-for': address });
    const filler = (address: string) => ask('eve', '/rr-chat', { 'x-forwarded-for': address });
    await filler('203.0.113.1');
    await filler('203.0.113.1');
    const refused = [await from('203.0.113.1'), await from('203.0.113.1'), await from('203.0.113.1')];
    expect(statuses(refused)).toEqual([429, 429, 429]);
    expect(statuses([await from('203.0.113.2'), await from('203.0.113.2')])).toEqual([200, 200]);
  });

  it('uses X-Forwarded-For only behind a trusted proxy', async () => {
    await start({ RATE_LIMIT_PER_ADDRESS: '1' });
    const answers = [
      await ask('a', '/rr-chat', { 'x-forwarded-for': '203.0.113.1' }),
      await ask('b', '/rr-chat', { 'x-forwarded-for': '203.0.113.2' }),
    ];
    expect(statuses(answers)).toEqual([200, 429]);
  });

  it('separates clients behind a trusted proxy, IPv6 by /64, and uses the proxy for an invalid address', async () => {
    await start({ RATE_LIMIT_PER_ADDRESS: '1', TRUST_PROXY: '1' });
    const from = async (address: string, user: string) =>
      (await ask(user, '/rr-chat', { 'x-forwarded-for': address })).status;
    expect(await from('203.0.113.1', 'a')).toBe(200);
    expect(await from('203.0.113.2', 'b')).toBe(200);
    expect(await from('2001:db8:1:2::1', 'c')).toBe(200);
    expect(await from('2001:db8:1:2:ffff::9', 'd')).toBe(429);
    expect(await from('2001:db8:1:3::1', 'e')).toBe(200);
    expect(await from('nonsense-1', 'f')).toBe(200);
    expect(await from('nonsense-2', 'g')).toBe(429);
  });

  it('ignores the port of an address', async () => {
    await start({ RATE_LIMIT_PER_ADDRESS: '1', TRUST_PROXY: '1' });
    const from = async (address: string, user: string) =>
      (await ask(user, '/rr-chat', { 'x-forwarded-for': address })).status;
    expect(await from('203.0.113.1:1111', 'a')).toBe(200);
    expect(await from('203.0.113.2:1111', 'b')).toBe(200);
    expect(await from('198.51.100.7, 203.0.113.1:2222', 'c')).toBe(429);
    expect(await from('[2001:db8:1:2::1]:1111', 'd')).toBe(200);
    expect(await from('[2001:db8:1:2::2]', 'e')).toBe(429);
  });

  it('counts refusals by the limit that refused', async () => {
    await start({ RATE_LIMIT: '1', RATE_LIMIT_PER_ADDRESS: '2' });
    await ask('ada');
    await ask('ada');
    await ask('bob');
    await ask('eve');
    await ask('eve');
    const { text } = await app.call('/metrics');
    expect(text).toContain('rondo_rate_limited_total{scope="user"} 1');
    expect(text).toContain('rondo_rate_limited_total{scope="address"} 2');
  });
});
