import { describe, expect, it } from '@jest/globals';
import { refusalFailure, streamFailure } from '../../../../../src/providers/dialects/failures/provider-failure.js';
import { openaiError } from './refusals.js';

/** Words that mean something where they are the provider's own; here they are the caller's. */
const PHRASES = [
  'The model `test-model` does not exist',
  'model not found',
  'Incorrect API key provided',
  'invalid api key',
  'an api key expired',
  'Content Exists Risk',
  'our content policy',
  'Your input was flagged',
  'prompt is too long: 9 tokens > 8 maximum',
  "This model's maximum context length is 8 tokens",
  'Rate limit reached for model',
  'service tier capacity exceeded',
];

/** Ways in which providers repeat a request in what they refuse it with. */
const ECHOES: readonly [string, (words: string) => object][] = [
  [
    'OpenAI: a schema',
    (words) => openaiError(`Invalid schema for function '${words}': In context=('properties', '${words}'), no type`),
  ],
  [
    'Moonshot: a schema',
    (words) => openaiError(`Invalid request: tools.function.parameters is not valid: <At path 'properties.${words}'>`),
  ],
  [
    'vLLM: a list in Python notation',
    (words) =>
      openaiError(
        `[{'type': 'missing', 'loc': ('body', 'tools', 0), 'msg': 'Field required', 'input': {'name': '${words}'}}]`,
      ),
  ],
  [
    'pydantic: a whole request',
    (words) =>
      openaiError(`1 validation error for ChatCompletionRequest\n  Value error [input_value={'messages': '${words}'}]`),
  ],
  [
    'FastAPI: the input',
    (words) => ({ detail: [{ type: 'missing', loc: ['body', 'tools'], msg: 'Field required', input: words }] }),
  ],
  ['Groq: what was generated', (words) => ({ error: { message: 'Failed', failed_generation: words } })],
  ['serde: a variant', (words) => openaiError(`Failed to deserialize the JSON body: unknown variant \`${words}\``)],
  ['Jinja: a role', (words) => openaiError(`Unexpected message role "${words}"`)],
  ['a value behind a colon', (words) => openaiError(`The value of \`user\` is not allowed: ${words}`)],
];

describe.each(ECHOES)('%s', (_, bodyWith) => {
  it.each(PHRASES)('with the words of the caller is a misfit and says nothing of the provider: %s', (words) => {
    const body = JSON.stringify(bodyWith(words));
    const failure = refusalFailure({ status: 400, headers: {}, body }, true);
    expect(failure).toMatchObject({ kind: 'misfit', code: 'invalid_request' });
    expect([failure.unusable, failure.suspect]).toEqual([undefined, undefined]);
  });

  it.each(PHRASES)('in an answer is a broken answer: %s', (words) => {
    expect(streamFailure(bodyWith(words), undefined, false)).toMatchObject({ kind: 'protocol', suspect: false });
  });
});

describe('an error of any size', () => {
  const MIB = 1024 * 1024;
  /** What once took quadratic time, or takes it where a pattern is careless. */
  const HOSTILE: readonly [string, unknown][] = [
    ['one sentence', { message: 'input token count '.repeat(MIB / 4) }],
    ['digits', { message: `try again in ${'1'.repeat(4 * MIB)}`, code: 429 }],
    ['amounts', { message: `try again in ${'1 s '.repeat(MIB)}`, code: 429 }],
    ['hints', { message: 'retry in 1'.repeat(MIB / 4), code: 429 }],
    ['quotes', { message: '`'.repeat(4 * MIB), code: 429 }],
    ['headings', { message: 'Error: '.repeat(MIB / 2) }],
    ['a long heading', { message: `${'a.'.repeat(2 * MIB)}Error: x` }],
    ['models', { message: 'model '.repeat(MIB / 2), code: 404 }],
    ['a list', Array.from({ length: MIB / 8 }, () => ({ message: 'prompt is', code: 'x', loc: ['body', 'a'] }))],
    ['codes', { errors: Array.from({ length: MIB / 8 }, (__, n) => ({ code: `code_${n}` })) }],
  ];

  it.each(HOSTILE)('is judged in bounded time: %s', (_, error) => {
    const before = process.cpuUsage();
    for (let n = 0; n < 20; n++) streamFailure(error, undefined, true);
    const { user, system } = process.cpuUsage(before);
    // Twenty take a few milliseconds; one of the old patterns took seconds.
    expect((user + system) / 1_000).toBeLessThan(1_000);
  });

  it('is recognised by its first 4 KiB', () => {
    const words = 'prompt is too long';
    expect(streamFailure({ message: `${words}${' x'.repeat(MIB)}` }, undefined, true).kind).toBe('caller');
    expect(streamFailure({ message: `${' '.repeat(5_000)}${words}` }, undefined, true).kind).toBe('protocol');
  });
});
