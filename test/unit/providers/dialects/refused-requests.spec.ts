import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Dialect } from '../../../../src/config/app-config.js';
import { askProvider, providerAt } from '../../../support/ask-provider.js';
import {
  DONE,
  STREAM_END,
  STREAM_HEAD,
  httpResponse,
  said,
  startRawServer,
  type RawServer,
} from '../../../support/raw-server.js';

let server: RawServer;
/** What the next requests are refused with: status and body. */
let refusals: [number, string][];
const cleanUp: (() => unknown)[] = [];

beforeEach(async () => {
  refusals = [];
  server = await startRawServer((socket) => {
    const refusal = refusals.shift();
    if (refusal !== undefined) socket.write(httpResponse(...refusal));
    else socket.write(Buffer.concat([Buffer.from(STREAM_HEAD), said('ok', 'stop'), DONE, Buffer.from(STREAM_END)]));
  });
  cleanUp.push(() => server.close());
});

afterEach(async () => {
  for (const close of cleanUp.splice(0).reverse()) await close();
});

function fieldsOf(request: string): string[] {
  return Object.keys(JSON.parse(request.split('\r\n\r\n')[1] ?? '') as object);
}

describe('a server that refuses a field by its name', () => {
  const refuse = (message: string): [number, string] => [400, JSON.stringify({ error: { message } })];

  it('is asked again without it, at once and from then on', async () => {
    refusals = [
      refuse('Unrecognized request argument supplied: stream_options'),
      refuse(
        "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
      ),
      refuse("Unsupported value: 'temperature' does not support 0.5 with this model."),
    ];
    const provider = providerAt(server.origin);
    cleanUp.push(() => provider.close());
    const request = { temperature: 0.5, maxTokens: 9 };
    expect((await askProvider(provider, request)).text).toBe('ok');
    expect((await askProvider(provider, request)).text).toBe('ok');
    expect(server.requests).toHaveLength(5);
    for (const whole of server.requests.slice(3)) {
      expect(fieldsOf(whole)).toEqual(['model', 'messages', 'stream', 'max_completion_tokens']);
    }
  });

  it('is not asked again for ever', async () => {
    refusals = Array.from({ length: 9 }, () =>
      refuse('stream_options, max_completion_tokens, temperature: unsupported temperature'),
    );
    const provider = providerAt(server.origin);
    cleanUp.push(() => provider.close());
    const { failure } = await askProvider(provider, { temperature: 1 });
    expect(failure).toMatchObject({ kind: 'misfit', status: 400 });
    expect(server.requests).toHaveLength(4);
  });

  it.each<Dialect>(['groq', 'mistral', 'deepseek'])(
    'is asked once if it is %s: its fields are known',
    async (dialect) => {
      refusals = [refuse('stream_options is not supported')];
      const provider = providerAt(server.origin, { dialect });
      cleanUp.push(() => provider.close());
      expect((await askProvider(provider)).failure).toMatchObject({ kind: 'misfit' });
      expect(server.requests).toHaveLength(1);
    },
  );
});

describe('Groq', () => {
  it('that streams no JSON is asked for it at once, and for text as ever', async () => {
    refusals = [[400, JSON.stringify({ error: { message: '`response_format` does not support streaming' } })]];
    const provider = providerAt(server.origin, { dialect: 'groq' });
    cleanUp.push(() => provider.close());
    const options = { responseFormat: { type: 'json_object' as const } };
    for (const request of [{ options }, { options }, {}])
      expect((await askProvider(provider, request)).text).toBe('ok');
    const streams = server.requests.map((request) => /"stream":(\w+)/.exec(request)?.[1]);
    expect(streams).toEqual(['true', 'false', 'false', 'true']);
  });
});

describe('a model that is gone', () => {
  const gone: [number, string] = [
    404,
    JSON.stringify({ error: { message: 'The model does not exist', code: 'model_not_found' } }),
  ];

  it('makes the provider unusable if it is the configured one, not if somebody asked for it', async () => {
    const provider = providerAt(server.origin);
    cleanUp.push(() => provider.close());
    refusals = [gone, gone];
    expect((await askProvider(provider)).failure).toMatchObject({ kind: 'misfit', unusable: true });
    expect((await askProvider(provider, { model: 'typo' })).failure).toMatchObject({ kind: 'misfit', unusable: false });
  });
});

describe("a model's window", () => {
  it('is the configured one, else the known one, else 32,768', () => {
    const at = (model: string, contextTokens?: number) =>
      providerAt('http://127.0.0.1:1', { model, ...(contextTokens === undefined ? {} : { contextTokens }) });
    expect(at('mine', 1_000).contextTokens('mine')).toBe(1_000);
    expect(at('deepseek-flash', 1_000).contextTokens('deepseek-flash')).toBe(1_000);
    expect(at('mine', 1_000).contextTokens('openai/gpt-oss-20b')).toBe(131_072);
    expect(at('mine', 1_000).contextTokens('theirs')).toBe(1_000);
    expect(at('mine').contextTokens('mine')).toBe(32_768);
  });
});
