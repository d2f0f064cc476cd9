import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { SimpleMetrics } from '../../../../src/metrics/simple.metrics.js';
import { KeyCheck } from '../../../../src/providers/routing/key-check.js';
import { ProviderTracker } from '../../../../src/providers/routing/provider-tracker.js';
import { eventually } from '../../../support/eventually.js';
import { httpResponse, startRawServer, type RawServer } from '../../../support/raw-server.js';
import { providerAt } from '../../../support/ask-provider.js';

let server: RawServer;
let logged: string[];
let cleanUp: (() => unknown)[];

beforeEach(() => {
  logged = [];
  cleanUp = [];
  const line = (...said: unknown[]) => void logged.push(JSON.stringify(said));
  Logger.overrideLogger({ log: line, warn: line, error: line });
});
afterEach(async () => {
  for (const close of cleanUp.reverse()) await close();
});

/** A provider `my-llm` whose server says this to the check; undefined: nothing. */
async function checked(reply: string | undefined): Promise<ProviderTracker> {
  server = await startRawServer((socket) => reply !== undefined && socket.write(reply));
  cleanUp.push(() => server.close());
  const provider = providerAt(`${server.origin}/v1`, { name: 'my-llm' });
  cleanUp.push(() => provider.close());
  const tracker = new ProviderTracker([provider], new SimpleMetrics());
  const check = new KeyCheck([provider], tracker);
  check.onApplicationBootstrap();
  cleanUp.push(() => check.onApplicationShutdown());
  return tracker;
}

const stateOf = (tracker: ProviderTracker) => tracker.list()[0];

describe('the key check', () => {
  it('takes a provider down that refuses its key, and names the variable', async () => {
    const tracker = await checked(httpResponse(401, '{"error":{"message":"canary-key"}}'));
    await eventually(() => stateOf(tracker)?.state === 'down');
    expect(stateOf(tracker)?.code).toBe('provider_auth');
    expect(logged.filter((line) => line.includes('MY_LLM_API_KEY'))).toHaveLength(1);
    expect(logged.join()).not.toContain('canary');
    expect(server.requests).toHaveLength(1);
    expect(server.requests[0]).toMatch(/^GET \/v1\/models HTTP\/1\.1\r\n/);
    expect(server.requests[0]).toContain('authorization: Bearer canary-key');
  });

  /** The connection closes when the reply has been read: the test waits for that. */
  const closing = { connection: 'close' };

  it.each([
    ['200', httpResponse(200, '{"data":[]}', closing)],
    ['403, as to a key that is good for answers alone', httpResponse(403, '', closing)],
    ['404', httpResponse(404, '', closing)],
    ['405', httpResponse(405, '', closing)],
    ['429', httpResponse(429, '', { ...closing, 'retry-after': '60' })],
    ['500', httpResponse(500, '', closing)],
    ['a redirect', httpResponse(302, '', { ...closing, location: '/login' })],
    ['no HTTP at all', 'hello\r\n\r\n'],
  ])('says nothing of a provider that answers %s, and asks once', async (_, reply) => {
    const tracker = await checked(reply);
    await eventually(() => server.sockets[0]?.destroyed === true);
    expect(stateOf(tracker)).toEqual({ name: 'my-llm', model: 'test-model', state: 'up' });
    expect(server.requests).toHaveLength(1);
    expect(logged).toEqual([]);
  });

  it('does not check a placeholder for a key', async () => {
    server = await startRawServer((socket) => socket.write(httpResponse(401, '')));
    cleanUp.push(() => server.close());
    const provider = providerAt(`${server.origin}/v1`, { name: 'my-llm', apiKey: 'k' });
    cleanUp.push(() => provider.close());
    expect(await provider.keyStatus(AbortSignal.timeout(5_000))).toBeUndefined();
    expect(server.requests).toEqual([]);
  });

  it('stops with the service where no answer comes', async () => {
    const tracker = await checked(undefined);
    await eventually(() => server.requests.length === 1);
    for (const close of cleanUp.splice(2).reverse()) await close();
    await eventually(() => server.sockets[0]?.destroyed === true);
    expect(stateOf(tracker)?.state).toBe('up');
  });
});
