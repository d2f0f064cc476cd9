import { describe, expect, it } from '@jest/globals';
import type { Dialect } from '../../../../src/config/app-config.js';
import { askProvider, providerAt } from '../../../support/ask-provider.js';
import { httpResponse, startRawServer } from '../../../support/raw-server.js';
import { OK, fieldsOf, refuse, useRefusingServer, type Refused } from '../../../support/refusing-server.js';

const { refuseWith, requests, provider, closing } = useRefusingServer();

const NO_TEMPERATURE = refuse("Unsupported value: 'temperature' does not support 0.5 with this model.");

describe('a server that refuses a field by its name', () => {
  it('is asked again without it, at once and from then on for this model', async () => {
    refuseWith(
      refuse('Unrecognized request argument supplied: stream_options'),
      refuse(
        "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
      ),
      NO_TEMPERATURE,
    );
    const asked = provider();
    const request = { temperature: 0.5, maxTokens: 9 };
    expect((await askProvider(asked, request)).text).toBe('ok');
    expect((await askProvider(asked, request)).text).toBe('ok');
    expect(requests()).toHaveLength(5);
    for (const whole of requests().slice(3)) {
      expect(fieldsOf(whole)).toEqual(['model', 'messages', 'stream', 'max_completion_tokens']);
    }
    await askProvider(asked, { ...request, model: 'another' });
    expect(fieldsOf(requests().at(-1))).toEqual(
      expect.arrayContaining(['stream_options', 'max_tokens', 'temperature']),
    );
  });

  it.each<[string, Refused, string]>([
    ['by `param`', refuse('x', { param: 'temperature', code: 'unsupported_value' }), 'temperature'],
    [
      "by FastAPI's `loc`",
      [422, JSON.stringify({ detail: [{ type: 'extra_forbidden', loc: ['body', 'stream_options'], msg: 'x' }] })],
      'stream_options',
    ],
    ["by Groq's words", refuse("property 'stream_options' is unsupported, did you mean 'stream'?"), 'stream_options'],
    ["by Kimi's words", refuse('invalid temperature: only 1 is allowed for this model'), 'temperature'],
    ["by Anthropic's words", refuse('`temperature` is deprecated for this model.'), 'temperature'],
    ["by Claude's words", refuse('`temperature` may only be set to 1 when thinking is enabled.'), 'temperature'],
    [
      "by Bedrock's words",
      refuse('Malformed input request: #: extraneous key [temperature] is not permitted'),
      'temperature',
    ],
    ["by xAI's words", refuse('Argument not supported on this model: temperature'), 'temperature'],
    [
      "by LiteLLM's words",
      refuse("x.Error: openai does not support parameters: ['temperature'], for model=x"),
      'temperature',
    ],
    [
      'by words with a value',
      refuse("O-series models don't support temperature=0.5. Only 1 is supported."),
      'temperature',
    ],
    ["by Azure's words", refuse('this model is not supported MaxTokens, please use MaxCompletionTokens'), 'max_tokens'],
    ["by Cohere's words", refuse("unknown field: parameter 'stream_options' is not a valid field"), 'stream_options'],
    [
      "by Gemini's words",
      refuse('Invalid JSON payload received. Unknown name "stream_options": Cannot'),
      'stream_options',
    ],
    [
      "by Fireworks' words",
      refuse("Extra inputs are not permitted, field: 'stream_options', value: {}"),
      'stream_options',
    ],
    ["by Go's words", refuse('Bad request: json: unknown field "stream_options"'), 'stream_options'],
    [
      "by serde's words",
      refuse('Failed to deserialize the JSON body into the target type: unknown field `stream_options`, expected'),
      'stream_options',
    ],
  ])('is understood %s', async (_, refusal, field) => {
    refuseWith(refusal);
    expect((await askProvider(provider(), { temperature: 0.5, maxTokens: 9 })).text).toBe('ok');
    expect(fieldsOf(requests()[0])).toContain(field);
    expect(fieldsOf(requests()[1])).not.toContain(field);
  });

  it.each<[string, Refused]>([
    ['a function', refuse("Invalid schema for function 'stream_options': In context=('temperature')")],
    ['a value out of range', refuse('x', { param: 'temperature', code: 'invalid_value' })],
    [
      'a repeated request',
      [
        422,
        JSON.stringify({
          detail: [
            { type: 'missing', loc: ['body', 'tools'], msg: 'x', input: { stream_options: {}, temperature: 1 } },
          ],
        }),
      ],
    ],
    ['a list of names', refuse('stream_options, max_completion_tokens, temperature: unsupported temperature')],
  ])('is not taken to mean what is the name of something else: %s', async (_, refusal) => {
    refuseWith(refusal);
    const asked = provider();
    expect((await askProvider(asked, { temperature: 0.5 })).failure).toMatchObject({ kind: 'misfit' });
    expect(requests()).toHaveLength(1);
    await askProvider(asked, { temperature: 0.5 });
    expect(fieldsOf(requests()[1])).toEqual(expect.arrayContaining(['stream_options', 'temperature']));
  });

  it('is asked as ever if it does not take the other way either', async () => {
    refuseWith(NO_TEMPERATURE, refuse('It is something else.'));
    const asked = provider();
    expect((await askProvider(asked, { temperature: 0.5 })).failure).toMatchObject({ kind: 'misfit', status: 400 });
    expect((await askProvider(asked, { temperature: 0.5 })).text).toBe('ok');
    expect(requests().map((request) => fieldsOf(request).includes('temperature'))).toEqual([true, false, true]);
  });

  it('is not asked again for ever', async () => {
    refuseWith(...Array.from({ length: 9 }, () => NO_TEMPERATURE));
    expect((await askProvider(provider(), { temperature: 1 })).failure).toMatchObject({ kind: 'misfit' });
    expect(requests()).toHaveLength(2);
  });

  it('answers all of a crowd that asks it for the first time', async () => {
    const strict = await startRawServer((socket, request) => {
      const refused = fieldsOf(request).find((field) =>
        ['stream_options', 'max_tokens', 'temperature'].includes(field),
      );
      socket.write(refused === undefined ? OK : httpResponse(...refuse(`Unknown parameter: '${refused}'.`)));
    });
    closing(() => strict.close());
    const asked = provider({}, strict.origin);
    const crowd = Array.from({ length: 8 }, (_, n) =>
      askProvider(asked, { ...(n % 2 === 0 && { temperature: 0.5 }), ...(n % 3 === 0 && { maxTokens: 9 }) }),
    );
    expect((await Promise.all(crowd)).map(({ text }) => text)).toEqual(Array.from({ length: 8 }, () => 'ok'));
  });

  it.each<Dialect>(['groq', 'mistral', 'deepseek'])(
    'is asked once if it is %s: its fields are known',
    async (dialect) => {
      refuseWith(refuse('stream_options is not supported'));
      expect((await askProvider(provider({ dialect }))).failure).toMatchObject({ kind: 'misfit' });
      expect(requests()).toHaveLength(1);
    },
  );
});

describe('Groq', () => {
  it('that streams no JSON is asked for it at once, and for text as ever', async () => {
    refuseWith([400, JSON.stringify({ error: { message: '`response_format` does not support streaming' } })]);
    const asked = provider({ dialect: 'groq' });
    const options = { responseFormat: { type: 'json_object' as const } };
    for (const request of [{ options }, { options }, {}]) expect((await askProvider(asked, request)).text).toBe('ok');
    const streams = requests().map((request) => /"stream":(\w+)/.exec(request)?.[1]);
    expect(streams).toEqual(['true', 'false', 'false', 'true']);
  });
});

describe('Groq, which answers as a whole where it does not stream', () => {
  it('is asked for that at once the second time', async () => {
    const groq = await startRawServer((socket, request) => {
      const completion = { choices: [{ index: 0, message: { content: '{}' }, finish_reason: 'stop' }] };
      const reply: Refused = request.includes('"stream":true')
        ? refuse('`response_format` does not support streaming')
        : [200, JSON.stringify(completion)];
      socket.write(httpResponse(...reply, { 'content-type': 'application/json' }));
    });
    closing(() => groq.close());
    const asked = provider({ dialect: 'groq' }, groq.origin);
    const options = { responseFormat: { type: 'json_object' as const } };
    for (let n = 0; n < 2; n++) expect((await askProvider(asked, { options })).text).toBe('{}');
    expect(groq.requests.map((request) => request.includes('"stream":true'))).toEqual([true, false, false]);
  });
});

describe('a model that is gone', () => {
  const gone: Refused = [
    404,
    JSON.stringify({ error: { message: 'The model does not exist', code: 'model_not_found' } }),
  ];

  it('makes the provider unusable if it is the configured one, not if somebody asked for it', async () => {
    const asked = provider();
    refuseWith(gone, gone);
    expect((await askProvider(asked)).failure).toMatchObject({ kind: 'misfit', unusable: true });
    expect((await askProvider(asked, { model: 'typo' })).failure).toMatchObject({ kind: 'misfit', unusable: false });
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
