import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { startApp, type RunningApp } from '../../support/app.js';
import { call, type Answer, type Call } from '../../support/http-app.js';
import { failureOf, openAiClient, stream, user, type Json } from '../../support/openai.js';
import { expectEnvelope, type Envelope } from '../../support/openai-envelope.js';

let service: RunningApp;
beforeAll(async () => {
  service = await startApp();
});
afterEach(() => service.simulator.clear());
afterAll(() => service.close());

const HI = [user('echo: hi')];

function post(json: Json, more: Call = {}, url = service.url): Promise<Answer> {
  return call(`${url}/v1/chat/completions`, {
    method: 'POST',
    json: { model: 'rondo', messages: HI, ...json },
    ...more,
  });
}

describe('a failure of providers', () => {
  const client = () => openAiClient(service.url).chat.completions;

  it.each<[number, Envelope]>([
    [500, { status: 502, type: 'server_error', code: 'all_providers_failed' }],
    [400, { status: 400, code: 'context_length_exceeded' }],
  ])('has a status, streaming or not, where nothing was sent: %s', async (status, envelope) => {
    // One whose turns are known: after a context that was too long only larger ones are asked.
    const other = await startApp();
    try {
      for (const provider of other.simulator.all) await provider.fault({ kind: 'status', status });
      for (const stream of [false, true]) {
        const answer = await post({ stream }, {}, other.url);
        expectEnvelope(answer, envelope);
        expect(Number(answer.headers['x-rondo-attempts'])).toBeGreaterThanOrEqual(2);
      }
    } finally {
      await other.close();
    }
  });

  it('of one that was named has its own code', async () => {
    const other = await startApp({ FIRST_TOKEN_TIMEOUT_MS: '200' });
    const { groq } = other.simulator;
    try {
      await groq.fault({ kind: 'no-token', times: 1 });
      const timeout = await post({ model: 'groq', stream: true }, {}, other.url);
      expectEnvelope(timeout, { status: 504, type: 'server_error', code: 'provider_timeout' });
      await groq.fault({ kind: 'status', status: 401, times: 1 });
      const auth = await post({ model: 'groq' }, {}, other.url);
      expectEnvelope(auth, { status: 502, type: 'server_error', code: 'provider_auth' });
      expect(auth.headers['x-should-retry']).toBe('false');
      await groq.fault({ kind: 'status', status: 429, headers: { 'retry-after': '7' }, times: 1 });
      const limited = await post({ model: 'groq', stream: true }, {}, other.url);
      expectEnvelope(limited, { status: 429, type: 'rate_limit_error', code: 'provider_rate_limited' });
      expect(limited.headers['retry-after']).toBe('7');
      await other.simulator.deepseek.fault({
        kind: 'status',
        status: 400,
        body: { error: { message: 'Content Exists Risk' } },
      });
      const filtered = await post({ model: 'deepseek' }, {}, other.url);
      expectEnvelope(filtered, { status: 400, code: 'content_filtered' });
    } finally {
      await other.close();
    }
  });

  it('in the middle is an error in the stream, and the stream has no end', async () => {
    await service.simulator.mistral.fault({ kind: 'error-event', afterTokens: 9 });
    const { chunks, done } = await stream(service.url, { model: 'mistral', messages: [user('count to 60')] });
    const last = chunks.at(-1);
    expect(last).toEqual({
      error: { message: expect.any(String), type: 'server_error', param: null, code: 'provider_bad_response' },
    });
    expect([done, chunks.slice(0, -1).some(({ choices }) => choices[0]?.finish_reason)]).toEqual([false, false]);
    const messages = [user('count to 60')];
    const failed = await failureOf(
      client()
        .create({ model: 'mistral', messages, stream: true })
        .then((it) => Array.fromAsync(it)),
    );
    expect(failed).toMatchObject({ code: 'provider_bad_response', type: 'server_error' });
  });

  it('in the middle of what is not streamed is a status', async () => {
    await service.simulator.mistral.fault({ kind: 'truncate', afterTokens: 9 });
    const failed = await failureOf(client().create({ model: 'mistral', messages: [user('count to 60')] }));
    expect(failed).toMatchObject({ status: 502, code: 'provider_bad_response' });
  });

  it('tells nobody what the provider wrote', async () => {
    await service.simulator.mistral.fault({
      kind: 'status',
      status: 400,
      body: { error: { message: 'canary of the provider' } },
    });
    const answer = await post({ model: 'mistral' });
    expectEnvelope(answer, { status: 400, code: 'invalid_request' });
    expect(answer.text).not.toContain('canary');
    expect(answer.text).toContain('mistral refuses the request with status 400. Change');
  });

  it.each<[string, string, string | object, Envelope, string]>([
    ['an address with nothing there', 'groq', '', { status: 400, code: 'invalid_request' }, 'groq refuses the request'],
    [
      'a configured model that is gone',
      'groq',
      { error: { message: 'No such model.', code: 'model_not_found' } },
      { status: 404, code: 'model_not_found', param: 'model' },
      'groq does not have the model',
    ],
  ])('that only the operator can mend says so, and of whom: %s', async (_, model, body, envelope, words) => {
    const other = await startApp();
    try {
      await other.simulator.groq.fault({ kind: 'status', status: 404, body });
      const answer = await post({ model }, {}, other.url);
      expectEnvelope(answer, envelope);
      expect(answer.text).toContain(words);
      expect(answer.text).toContain('The operator of this service');
    } finally {
      await other.close();
    }
  });

  it('says when to come back where one broke down and the others rest', async () => {
    const other = await startApp({ PROVIDERS: 'groq,mistral' });
    try {
      await other.simulator.mistral.fault({ kind: 'status', status: 429, headers: { 'retry-after': '9' } });
      await other.simulator.groq.fault({ kind: 'status', status: 500 });
      const answer = await post({}, {}, other.url);
      expectEnvelope(answer, { status: 502, type: 'server_error', code: 'all_providers_failed' });
      expect(answer.headers['retry-after']).toBe('9');
    } finally {
      await other.close();
    }
  });
});
