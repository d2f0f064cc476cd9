import {
  Controller,
  ForbiddenException,
  Get,
  Param,
  ParseIntPipe,
  Post,
  Sse,
  UseGuards,
  type CanActivate,
} from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Subject, firstValueFrom, startWith } from 'rxjs';
import { VERSION } from '../../../src/config/version.js';
import { poll, startHttpApp, type HttpApp } from '../../support/http-app.js';

class ClosedGuard implements CanActivate {
  canActivate(): boolean {
    throw new ForbiddenException();
  }
}

const events = new Subject<{ data: string }>();
const arrived = new Subject<void>();

@Controller('measured')
class MeasuredController {
  @Get('numbers/:n')
  number(@Param('n', ParseIntPipe) n: number): { n: number } {
    return { n };
  }

  @Post('numbers/:n')
  change(): void {
    // Bodies are refused before they get here.
  }

  @Get('closed')
  @UseGuards(ClosedGuard)
  closed(): void {
    // The guard never lets anybody in.
  }

  @Sse('events')
  events() {
    return events.pipe(startWith({ data: 'first' }));
  }

  @Get('silent')
  silent(): Promise<never> {
    arrived.next();
    return new Promise(() => undefined);
  }
}

describe('http_server_request_duration_seconds', () => {
  let app: HttpApp;

  const metrics = async (): Promise<string> => (await app.call('/metrics')).text;
  const count = async (method: string, route: string, status: number): Promise<number> => {
    const labels = [
      `http_request_method="${method}"`,
      `http_route="${route}"`,
      `http_response_status_code="${String(status)}"`,
    ];
    const line = (await metrics())
      .split('\n')
      .find(
        (text) =>
          text.startsWith('http_server_request_duration_seconds_count{') &&
          labels.every((label) => text.includes(label)),
      );
    return Number(line?.split(' ').at(-1) ?? 0);
  };
  const counted = (method: string, route: string, status: number, n: number) =>
    poll(async () => ((await count(method, route, status)) === n ? n : undefined));

  beforeAll(async () => {
    app = await startHttpApp({ controllers: [MeasuredController] });
  });

  afterAll(() => app.close());

  it('counts by route template, whatever was in the path', async () => {
    await Promise.all([1, 2, 3].map((n) => app.call(`/measured/numbers/${String(n)}`)));
    await counted('GET', '/measured/numbers/:n', 200, 3);
  });

  it('counts what a pipe, a guard, a parser or nobody answered', async () => {
    await app.call('/measured/numbers/x');
    await app.call('/measured/closed');
    await app.call('/measured/nowhere');
    await app.call('/measured/nowhere', { method: 'POST', body: '{', headers: { 'content-type': 'application/json' } });
    await counted('GET', '/measured/numbers/:n', 400, 1);
    await counted('GET', '/measured/closed', 403, 1);
    await counted('GET', 'other', 404, 1);
    await counted('POST', 'other', 400, 1);
  });

  it('counts what was refused before it got to its route by the route of its path', async () => {
    const bodies: [string, string][] = [
      ['{', 'application/json'],
      ['a=1', 'application/x-www-form-urlencoded'],
      [`{"a":"${'x'.repeat(1_100_000)}"}`, 'application/json'],
    ];
    for (const [body, type] of bodies)
      await app.call('/measured/numbers/7?n=8', { method: 'POST', body, headers: { 'content-type': type } });
    await app.call('/Measured/Numbers/9/', { headers: { host: 'evil.example' } });
    await app.call('/measured/numbers/%E0%A4%A', { headers: { host: 'evil.example' } });
    await app.call('/measured/numbers/', { headers: { host: 'evil.example' } });
    await counted('POST', '/measured/numbers/:n', 400, 2);
    await counted('POST', '/measured/numbers/:n', 413, 1);
    await counted('GET', '/measured/numbers/:n', 421, 2);
    await counted('GET', 'other', 421, 1);
  });

  it('counts an event stream when it closes, not before', async () => {
    const reader = new AbortController();
    const response = await fetch(`${app.url}/measured/events`, { signal: reader.signal });
    await response.body?.getReader().read();
    expect(await count('GET', '/measured/events', 200)).toBe(0);
    reader.abort();
    await counted('GET', '/measured/events', 200, 1);
  });

  it('counts a client that left before there was an answer as 499', async () => {
    const reader = new AbortController();
    const waiting = fetch(`${app.url}/measured/silent`, { signal: reader.signal });
    const left = expect(waiting).rejects.toThrow();
    await firstValueFrom(arrived);
    reader.abort();
    await left;
    await counted('GET', '/measured/silent', 499, 1);
  });

  it('comes with the build that measured it', async () => {
    expect(await metrics()).toContain(`rondo_build_info{version="${VERSION}",node="${process.version}"} 1`);
  });
});
