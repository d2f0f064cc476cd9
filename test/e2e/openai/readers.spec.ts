import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startApp, type RunningApp } from '../../support/app.js';
import { eventually } from '../../support/eventually.js';
import { complete, said, stream, user, type Json } from '../../support/openai.js';
import { ownMs } from '../../support/own-time.js';
import { scrape } from '../../support/scrape.js';

const CLOSED_WITHIN_MS = 100;

let service: RunningApp;
beforeAll(async () => {
  service = await startApp();
  await stream(service.url, { messages: [user('echo: warm up')] });
});
beforeEach(() => service.simulator.all.forEach((provider) => provider.forgetRequests()));
afterEach(() => service.simulator.clear());
afterAll(() => service.close());

const running = () => scrape(service.url, 'rondo_running_answers');
const closedAt = () => eventually(() => service.simulator.mistral.requests().at(-1)?.closedByClientAt);

/** Asks Mistral for something long; from leaving until the provider saw its socket closed, in ms by this process' own clock. */
async function left(body: Json, until: (response: Promise<Response>) => Promise<unknown>): Promise<number> {
  const leaving = new AbortController();
  const messages = [user('count to 900')];
  const response = complete(service.url, { model: 'mistral', messages, ...body }, {}, leaving.signal);
  response.catch(() => undefined);
  await until(response);
  leaving.abort();
  return ownMs(closedAt);
}

const asked = () => eventually(() => service.simulator.mistral.requests().length > 0);

describe('a reader of the OpenAI door that leaves', () => {
  it.each<[string, Json]>([
    ['a stream', { stream: true }],
    ['a whole answer', {}],
  ])('before the first token closes the provider’s socket at once: %s', async (_, body) => {
    await service.simulator.mistral.fault({ kind: 'no-token' });
    const took = await left(body, asked);
    expect(took).toBeLessThanOrEqual(CLOSED_WITHIN_MS);
    await eventually(async () => (await running()) === 0);
  });

  it.each<[string, Json]>([
    ['a stream', { stream: true }],
    ['a whole answer', {}],
  ])('in the middle closes it at once: %s', async (_, body) => {
    await service.simulator.mistral.fault({ kind: 'pace', firstTokenMs: 5, tokenMs: 10 });
    const took = await left(body, async (response) => {
      await asked();
      if (body['stream'] === true) await (await response).body?.getReader().read();
    });
    expect(took).toBeLessThanOrEqual(CLOSED_WITHIN_MS);
    await eventually(async () => (await running()) === 0);
  });

  it('by being killed closes it, too, and leaves nothing behind', async () => {
    await service.simulator.mistral.fault({ kind: 'pace', firstTokenMs: 5, tokenMs: 10 });
    const body = JSON.stringify({ model: 'mistral', stream: true, messages: [user('count to 900')] });
    const script = `
      const response = await fetch(process.argv[1], { method: 'POST', headers: { 'content-type': 'application/json' }, body: process.argv[2] });
      for await (const chunk of response.body) process.stdout.write(chunk);`;
    const child = spawn(process.execPath, [
      '--input-type=module',
      '-e',
      script,
      `${service.url}/v1/chat/completions`,
      body,
    ]);
    await once(child.stdout, 'data');
    child.kill('SIGKILL');
    const killedAt = Date.now();
    expect((await closedAt()) - killedAt).toBeLessThan(1_000);
    await eventually(async () => (await running()) === 0 && (await scrape(service.url, 'rondo_open_streams')) === 0);
  });
});

describe('a reader of the OpenAI door that is slow', () => {
  it('gets everything in the end, and holds up nobody', async () => {
    const socket = connect(Number(new URL(service.url).port), '127.0.0.1');
    const body = JSON.stringify({ model: 'mistral', stream: true, max_tokens: 4096, messages: [user('200 KB')] });
    socket.pause();
    socket.write(
      `POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    );
    await asked();
    expect(said(await stream(service.url, { model: 'groq', messages: [user('echo: quick')] }))).toBe('quick');
    await eventually(async () => (await running()) === 0);
    let text = '';
    socket.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    socket.resume();
    await once(socket, 'end');
    expect(text).toContain('"finish_reason":"length"');
    expect(text).toContain('data: [DONE]');
  });
});
