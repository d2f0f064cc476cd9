import { describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { ask, textOf, useSimulator } from '../../support/simulator.js';
import type { RecordedRequest } from '../../../simulator/provider-simulator.js';

const simulator = useSimulator({ pace: 'instant' });

async function call(method: string, url: string, body?: unknown): Promise<{ status: number; text: string }> {
  const response = await fetch(url, body === undefined ? { method } : { method, body: JSON.stringify(body) });
  return { status: response.status, text: await response.text() };
}

const statusOf = async (question: string): Promise<number> => (await ask(simulator.groq, question)).status;

describe('which requests meet a fault', () => {
  it('is decided by number, by the question’s text, and by order', async () => {
    await simulator.groq.fault({ kind: 'status', status: 503, times: 1 });
    await simulator.groq.fault({ kind: 'status', status: 429, match: 'poison' });
    expect(await statusOf('poison one')).toBe(503);
    expect(await statusOf('poison two')).toBe(429);
    expect(await statusOf('harmless')).toBe(200);
    expect(await statusOf('poison three')).toBe(429);
    await simulator.groq.clear();
    expect(await statusOf('poison four')).toBe(200);
    expect(
      simulator.groq
        .requests()
        .slice(-5)
        .map((request) => request.faults),
    ).toEqual([['status'], ['status'], [], ['status'], []]);
  });

  it('can be only those that continue an answer', async () => {
    await simulator.mistral.fault({ kind: 'status', status: 500, on: 'continuation' });
    expect((await ask(simulator.mistral, 'echo: a b')).status).toBe(200);
    const messages = [
      { role: 'user', content: 'echo: a b' },
      { role: 'assistant', content: 'a', prefix: true },
    ];
    expect((await ask(simulator.mistral, '', { messages })).status).toBe(500);
  });

  it('is only those of one provider', async () => {
    await simulator.groq.fault({ kind: 'status', status: 500 });
    expect((await ask(simulator.mistral, 'echo: a')).status).toBe(200);
  });
});

describe('the record of requests', () => {
  it('holds what was asked and never the key', async () => {
    simulator.groq.forgetRequests();
    await ask(simulator.groq, 'echo: remembered');
    const [record] = simulator.groq.requests();
    expect(record).toMatchObject({
      method: 'POST',
      path: '/openai/v1/chat/completions',
      key: 'accepted',
      question: 'echo: remembered',
      status: 200,
      body: { stream: true, messages: [{ role: 'user', content: 'echo: remembered' }] },
    });
    expect(record?.endedAt).toBeGreaterThanOrEqual(record?.at ?? Infinity);
    expect(record?.closedByClientAt).toBeUndefined();
    expect(JSON.stringify(record)).not.toContain('test-key');
  });

  it('is bounded to the last thousand', async () => {
    simulator.deepseek.forgetRequests();
    for (let batch = 0; batch < 21; batch++) {
      await Promise.all(
        Array.from({ length: 50 }, (_, index) => ask(simulator.deepseek, `echo: ${batch * 50 + index}`)),
      );
    }
    expect(simulator.deepseek.requests()).toHaveLength(1_000);
    expect(simulator.deepseek.requests().at(0)?.number).toBe((simulator.deepseek.requests().at(-1)?.number ?? 0) - 999);
  });
});

describe('the HTTP control', () => {
  it('scripts faults, on the provider’s port and on its own', async () => {
    for (const base of [`${simulator.groq.url}/__control`, `${simulator.controlUrl}/groq`]) {
      expect((await call('POST', `${base}/faults`, [{ kind: 'status', status: 418 }])).status).toBe(204);
      expect(JSON.parse((await call('GET', `${base}/faults`)).text)).toMatchObject({ faults: [{ kind: 'status' }] });
      expect(await statusOf('hi')).toBe(418);
      expect((await call('DELETE', `${base}/faults`)).status).toBe(204);
      expect(await statusOf('hi')).toBe(200);
    }
  });

  it('opens a port that refuses', async () => {
    await call('POST', `${simulator.controlUrl}/groq/faults`, { kind: 'refuse' });
    await expect(statusOf('hi')).rejects.toThrow();
    expect(JSON.parse((await call('GET', `${simulator.controlUrl}/groq`)).text)).toMatchObject({ refusing: true });
    await call('DELETE', `${simulator.controlUrl}/groq/faults`);
    expect(await statusOf('hi')).toBe(200);
  });

  it('changes settings and reads requests', async () => {
    const base = `${simulator.controlUrl}/mistral`;
    expect((await call('PATCH', `${base}/settings`, { expectedKey: 'sesame' })).status).toBe(204);
    expect((await ask(simulator.mistral, 'hi')).status).toBe(401);
    expect((await call('GET', `${base}/settings`)).text).not.toContain('sesame');
    await call('PATCH', `${base}/settings`, { expectedKey: null });
    const { requests } = JSON.parse((await call('GET', `${base}/requests`)).text) as { requests: RecordedRequest[] };
    expect(requests.at(-1)).toMatchObject({ question: 'hi', key: 'wrong', status: 401 });
    await call('DELETE', `${base}/requests`);
    expect(simulator.mistral.requests()).toEqual([]);
  });

  it.each([
    ['POST', 'faults', { kind: 'explode' }, 'unknown kind "explode"'],
    ['POST', 'faults', { kind: 'truncate', after: 3 }, 'has no field "after"'],
    ['POST', 'faults', { kind: 'status' }, 'needs "status"'],
    ['POST', 'faults', [{ kind: 'truncate' }, 7], 'a fault is an object'],
    ['POST', 'faults', { kind: 'reset', at: 'noon' }, '"at" of "reset" must be'],
    ['PATCH', 'settings', { pace: 'fast' }, `setting "pace" can't be "fast"`],
    ['PATCH', 'settings', { speed: 1 }, 'no setting "speed"'],
  ])('refuses what it does not understand: %s %s %j', async (method, path, body, text) => {
    const said = await call(method, `${simulator.controlUrl}/groq/${path}`, body);
    expect(said.status).toBe(400);
    expect((JSON.parse(said.text) as { error: string }).error).toContain(text);
    expect(simulator.groq.faults()).toEqual([]);
  });
});

describe('the simulator on its own', () => {
  it('prints where it listens as one line of JSON, answers there, and ends on SIGTERM', async () => {
    const child = spawn(
      process.execPath,
      ['--import', './test/support/register-typescript.mjs', 'simulator/serve.ts', '--instant'],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    const line = await new Promise<string>((resolve) =>
      child.stdout.once('data', (data) => {
        resolve(String(data));
      }),
    );
    const { groq, control } = JSON.parse(line) as { groq: string; control: string };
    const ended = new Promise((resolve) => child.once('exit', resolve));
    expect((await call('GET', `${control}/deepseek`)).status).toBe(200);
    const said = await ask(simulator.groq, 'echo: alone', {}, `${groq}/chat/completions`);
    expect(textOf(said.body)).toBe('alone');
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
  });
});
