import { describe, expect, it } from '@jest/globals';
import { ask, askRaw, chatBody, textOf, until, useSimulator } from '../../support/simulator.js';
import type { FaultSpec } from '../../../simulator/provider-simulator.js';

const NAMES = ['groq', 'mistral', 'deepseek'] as const;
const TEXT = 'one two three four five';
const QUESTION = `echo: ${TEXT}`;

const simulator = useSimulator({ pace: 'instant', reasoning: 'never' });

describe('an HTTP error', () => {
  it.each(NAMES)('has the body and headers of %s by default', async (name) => {
    for (const status of [400, 401, 402, 403, 404, 413, 422, 429, 498, 500, 502, 503, 504, 520]) {
      await simulator[name].fault({ kind: 'status', status, times: 1 });
      const said = await ask(simulator[name], QUESTION);
      expect(said.status).toBe(status);
      expect(said.body).not.toBe('');
      expect(said.headers.get('retry-after')).toBe(
        status === 429 && name !== 'deepseek' ? { groq: '7', mistral: '5' }[name] : null,
      );
    }
  });

  it('can have any status, headers and body', async () => {
    const headers = { 'Retry-After-Ms': '250', 'content-type': 'application/octet-stream' };
    await simulator.groq.fault({ kind: 'status', status: 418, headers, body: { error: 'teapot' } });
    const said = await ask(simulator.groq, QUESTION);
    expect([said.status, said.body, said.headers.get('retry-after-ms')]).toEqual([418, '{"error":"teapot"}', '250']);
    expect(said.headers.get('content-type')).toBe('application/octet-stream');
  });
});

describe('something other than a stream', () => {
  it.each([
    ['error-json', 'application/json', /^\{"error":/],
    ['completion-json', 'application/json', /"object":"chat.completion"/],
    ['html', 'text/html; charset=UTF-8', /^<html>/],
    ['empty', 'text/plain; charset=utf-8', /^$/],
    ['octet-stream', 'application/octet-stream', /^\{"error":/],
  ] as const)('can come with status 200: %s', async (body, type, pattern) => {
    await simulator.groq.fault({ kind: 'instead-of-stream', body });
    const said = await ask(simulator.groq, QUESTION);
    expect([said.status, said.headers.get('content-type')]).toEqual([200, type]);
    expect(said.body).toMatch(pattern);
  });
});

describe('silence', () => {
  it('can begin before the headers', async () => {
    await simulator.groq.fault({ kind: 'no-headers' });
    const abort = AbortSignal.timeout(150);
    const request = fetch(`${simulator.groq.baseUrl}/chat/completions`, { method: 'POST', body: '{}', signal: abort });
    await expect(request).rejects.toThrow();
  });

  it.each([
    ['after the headers', { kind: 'no-token' }, /\r\n\r\n$/, /"role"/],
    ['after the opening chunk', { kind: 'no-token', opening: true }, /"role":"assistant"/, /one/],
    ['after a few tokens', { kind: 'stall', afterTokens: 2 }, /"one"[^]*" two"/, /three/],
    ['behind comments for ever', { kind: 'comments', everyMs: 1 }, /(: keep-alive[^:]*){5}/, /data:/],
    [
      'behind comments after a few tokens',
      { kind: 'stall', afterTokens: 1, comments: true },
      /"one"[^]*: keep-alive/,
      /two/,
    ],
  ] as [string, FaultSpec, RegExp, RegExp][])('can begin %s', async (_when, spec, seen, unseen) => {
    await simulator.groq.fault(spec);
    const { bytes, end } = await askRaw(simulator.groq, QUESTION, (received) => seen.test(received));
    expect(end).toBe('open');
    expect(bytes).not.toMatch(unseen);
    const record = simulator.groq.requests().at(-1);
    await until(() => record?.closedByClientAt !== undefined, 'the close by the client');
    expect(record?.endedAt).toBeUndefined();
    expect(simulator.groq.running()).toBe(0);
  });

  it('can be temporary, and slow', async () => {
    await simulator.groq.fault({ kind: 'pace', tokenMs: 10 });
    await simulator.groq.fault({ kind: 'stall', afterTokens: 2, forMs: 120 });
    const before = Date.now();
    expect(textOf((await ask(simulator.groq, QUESTION)).body)).toBe(TEXT);
    expect(Date.now() - before).toBeGreaterThanOrEqual(150);
  });

  it('can last until the provider is told to go on', async () => {
    await simulator.groq.fault({ kind: 'stall', afterTokens: 2, held: true });
    let before = '';
    const { bytes, end } = await askRaw(simulator.groq, QUESTION, (received) => {
      if (before === '' && received.includes(' two')) {
        before = received;
        setImmediate(() => simulator.resume());
      }
      return false;
    });
    expect(before).not.toContain('three');
    expect([bytes.includes('five'), end]).toEqual([true, 'fin']);
  });
});

describe('a refused connection', () => {
  it('is refused until cleared, then answered on the same port', async () => {
    const { url } = simulator.mistral;
    await ask(simulator.mistral, QUESTION);
    await simulator.mistral.fault({ kind: 'refuse' });
    expect((await askRaw(simulator.mistral, QUESTION)).end).toBe('refused');
    await expect(ask(simulator.mistral, QUESTION)).rejects.toThrow();
    await simulator.mistral.clear();
    expect(simulator.mistral.url).toBe(url);
    expect(textOf((await ask(simulator.mistral, QUESTION)).body)).toBe(TEXT);
  });

  it('lets running answers end unless told to cut them', async () => {
    await simulator.groq.fault({ kind: 'stall', afterTokens: 1, times: 1, forMs: 100 });
    const running = ask(simulator.groq, QUESTION);
    await until(() => simulator.groq.running() === 1, 'the request');
    await simulator.groq.fault({ kind: 'refuse' });
    expect(textOf((await running).body)).toBe(TEXT);
    await simulator.groq.clear();

    await simulator.groq.fault({ kind: 'stall', afterTokens: 1 });
    const cut = askRaw(simulator.groq, QUESTION);
    await until(() => simulator.groq.running() === 1, 'the request');
    await simulator.groq.fault({ kind: 'refuse', cutRunning: true });
    expect((await cut).end).not.toBe('open');
  });
});

describe('a request without a stream', () => {
  it('meets the same faults in one JSON', async () => {
    const whole = { ...chatBody(simulator.groq, QUESTION), stream: false };
    await simulator.groq.fault({ kind: 'truncate', times: 1 });
    const cut = await ask(simulator.groq, QUESTION, whole);
    expect(() => JSON.parse(cut.body) as unknown).toThrow();
    await simulator.groq.fault({ kind: 'finish', reason: 'length', afterTokens: 2, times: 1 });
    expect((await ask(simulator.groq, QUESTION, whole)).body).toContain(
      '"content":"one two"},"logprobs":null,"finish_reason":"length"',
    );
  });
});
