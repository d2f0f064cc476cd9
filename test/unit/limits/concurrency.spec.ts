import { Controller, Get, Query } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Access } from '../../../src/identity/access.js';
import { AtOnce } from '../../../src/limits/concurrency.js';
import { LimitsModule } from '../../../src/limits/limits.module.js';
import { eventually } from '../../support/eventually.js';
import { expectProblem } from '../../support/expect-problem.js';
import { startHttpApp, type Answer, type HttpApp } from '../../support/http-app.js';

let gate = Promise.withResolvers<void>();
let begun: string[] = [];
let atWork = 0;
let mostAtWork = 0;

@Controller()
class ReadsController {
  @Access('chat', { claim: 'query' })
  @AtOnce({ perUser: 1, perAddress: 4, inAll: 8, sendsMuch: true })
  @Get('search')
  async search(@Query() { user_id = '', q = '' }: Record<string, string>): Promise<{ q: string }> {
    begun.push(`${user_id} ${q}`);
    mostAtWork = Math.max(mostAtWork, ++atWork);
    await gate.promise;
    atWork--;
    return { q };
  }

  @Get('other')
  other(): { q: string } {
    return { q: 'other' };
  }
}

describe('expensive requests', () => {
  let app: HttpApp;
  const start = async (env: Record<string, string> = {}): Promise<void> => {
    app = await startHttpApp({ imports: [LimitsModule], controllers: [ReadsController] }, env);
  };
  const search = (user: string, q: number, address = '203.0.113.1') =>
    app.call(`/search?user_id=${user}&q=${q}`, { headers: { 'x-forwarded-for': address } });

  beforeEach(() => {
    gate = Promise.withResolvers();
    [begun, atWork, mostAtWork] = [[], 0, 0];
  });
  afterEach(() => app.close());

  it('of one user wait for each other in order, and those of other users do not', async () => {
    await start();
    const mine = [search('ada', 1)];
    await eventually(() => begun.length === 1);
    mine.push(search('ada', 2));
    const theirs = search('bob', 1);
    await eventually(() => begun.length === 2);
    expect(begun).toEqual(['ada 1', 'bob 1']);
    expect((await app.call('/other')).status).toBe(200);
    gate.resolve();
    expect((await Promise.all([...mine, theirs])).map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(begun).toEqual(['ada 1', 'bob 1', 'ada 2']);
    expect((await search('ada', 3)).status).toBe(200);
  });

  it('are refused with Retry-After when too many wait already', async () => {
    await start();
    const answers: Answer[] = [];
    const all = Array.from({ length: 80 }, (_, q) => search('ada', q).then((answer) => answers.push(answer)));
    await eventually(() => answers.length === 15);
    for (const refused of answers) {
      expectProblem(refused, 429, 'overloaded');
      expect(refused.headers['retry-after']).toBe('1');
    }
    gate.resolve();
    await Promise.all(all);
    expect(answers.slice(15).map(({ status }) => status)).toEqual(Array.from({ length: 65 }, () => 200));
    expect(mostAtWork).toBe(1);
  });

  it('leave no trace when the client leaves while they wait', async () => {
    await start();
    const first = search('ada', 1);
    await eventually(() => begun.length === 1);
    const leaving = new AbortController();
    const waiting = fetch(`${app.url}/search?user_id=ada&q=2`, { signal: leaving.signal });
    await app.logged(() => true);
    leaving.abort();
    await expect(waiting).rejects.toThrow();
    gate.resolve();
    await first;
    expect((await search('ada', 3)).status).toBe(200);
    expect(begun.at(-1)).toBe('ada 3');
  });

  it('keep their slot while they run, even when the client has left', async () => {
    await start();
    const leaving = new AbortController();
    const left = fetch(`${app.url}/search?user_id=ada&q=1`, { signal: leaving.signal });
    await eventually(() => begun.length === 1);
    leaving.abort();
    await expect(left).rejects.toThrow();
    await app.logged(({ cut }) => cut === true);
    const more = [search('ada', 2), search('bob', 1)];
    await eventually(() => begun.length === 2);
    expect(begun).toEqual(['ada 1', 'bob 1']);
    gate.resolve();
    expect((await Promise.all(more)).map(({ status }) => status)).toEqual([200, 200]);
    expect(begun.at(-1)).toBe('ada 2');
  });

  it('are bounded in all, and per address where addresses are told apart', async () => {
    await start({ TRUST_PROXY: '1' });
    const one = Array.from({ length: 6 }, (_, n) => search(`user-${n}`, n));
    await eventually(() => begun.length === 4);
    const two = Array.from({ length: 6 }, (_, n) => search(`other-${n}`, n, `198.51.100.${n}`));
    await eventually(() => begun.length === 8);
    gate.resolve();
    expect(new Set((await Promise.all([...one, ...two])).map(({ status }) => status))).toEqual(new Set([200]));
    expect(mostAtWork).toBe(8);
  });
});
