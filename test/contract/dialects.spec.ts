import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  startSimulator,
  type FaultSpec,
  type ProviderHandle,
  type ProviderName,
  type Simulator,
} from '../../simulator/provider-simulator.js';
import { askProvider, providerAt } from '../support/ask-provider.js';
import { LIVE_MODELS } from '../support/simulator.js';

let simulator: Simulator;
let providers: Record<ProviderName, ReturnType<typeof providerAt>>;

const NAMES: readonly ProviderName[] = ['groq', 'mistral', 'deepseek'];
const QUESTION = 'Explain tides, with a table, some code and an emoji.';
const question = (content = QUESTION) => ({ messages: [{ role: 'user' as const, content }] });

beforeAll(async () => {
  simulator = await startSimulator({ pace: 'instant', sameAnswer: true });
});

afterAll(() => simulator.close());

beforeEach(() => {
  const clocks = { firstTokenMs: 1_500, idleMs: 1_000 };
  const at = (name: ProviderName) =>
    providerAt(simulator[name].baseUrl, { name, dialect: name, model: LIVE_MODELS[name] }, { clocks });
  providers = { groq: at('groq'), mistral: at('mistral'), deepseek: at('deepseek') };
});

afterEach(async () => {
  await Promise.all(Object.values(providers).map((provider) => provider.close()));
  await simulator.clear();
  simulator.configure({ reasoning: 'auto', instructionMode: 'exact', prefixEcho: 'exact', splitSurrogatePairs: false });
});

async function asked(name: ProviderName, faults: readonly FaultSpec[] = []) {
  for (const fault of faults) await simulator[name].fault(fault);
  return askProvider(providers[name], question());
}

const handle = (name: ProviderName): ProviderHandle => simulator[name];

describe.each(NAMES)('%s', (name) => {
  it('answers a question: text, usage, finish, and the request was accepted as it is', async () => {
    const { text, usage, finish, error } = await askProvider(providers[name], {
      ...question(),
      temperature: 1,
      maxTokens: 4096,
    });
    expect(error).toBeUndefined();
    expect(text.length).toBeGreaterThan(100);
    expect(usage?.totalTokens).toBe((usage?.promptTokens ?? 0) + (usage?.completionTokens ?? 0));
    expect(usage?.completionTokens).toBeGreaterThan(0);
    expect(finish).toBe('stop');
    expect(handle(name).requests().at(-1)).toMatchObject({ status: 200, key: 'accepted' });
  });

  it('keeps thinking and answer apart', async () => {
    simulator.configure({ reasoning: 'never' });
    const plain = await asked(name);
    simulator.configure({ reasoning: 'always' });
    const thinking = await asked(name);
    expect(plain.reasoning).toBe('');
    expect(thinking.reasoning.length).toBeGreaterThan(20);
    expect(thinking.text).toBe(plain.text);
  });

  it('says the same in any framing', async () => {
    const { text } = await asked(name);
    const framings: FaultSpec[] = [
      { kind: 'framing', lineEnd: 'crlf', bom: true },
      { kind: 'framing', lineEnd: 'cr', noSpace: true },
      { kind: 'framing', multiLineData: true, extraFields: true },
      { kind: 'framing', gzip: true },
      { kind: 'framing', noFinalBlankLine: true, splitSeed: 7 },
      { kind: 'framing', splitBytes: 1 },
    ];
    for (const framing of framings) {
      await simulator.clear();
      const result = await asked(name, [framing]);
      expect({ framing, text: result.text, error: result.error }).toEqual({ framing, text, error: undefined });
    }
  });

  it('never cuts a surrogate pair', async () => {
    const { text } = await asked(name);
    simulator.configure({ splitSurrogatePairs: true });
    const split = await asked(name);
    expect(split.text).toBe(text);
    expect(split.batches.flat().every((part) => !('text' in part) || part.text.isWellFormed())).toBe(true);
  });

  it.each<[FaultSpec, { kind: string; code: string }]>([
    [
      { kind: 'status', status: 401 },
      { kind: 'credentials', code: 'provider_auth' },
    ],
    [
      { kind: 'status', status: 403 },
      { kind: 'credentials', code: 'provider_auth' },
    ],
    [
      { kind: 'status', status: 402 },
      { kind: 'credentials', code: 'provider_auth' },
    ],
    [
      { kind: 'status', status: 429 },
      { kind: 'rate', code: 'provider_rate_limited' },
    ],
    [
      { kind: 'status', status: 500 },
      { kind: 'server', code: 'provider_unavailable' },
    ],
    [
      { kind: 'status', status: 502 },
      { kind: 'server', code: 'provider_unavailable' },
    ],
    [
      { kind: 'status', status: 503 },
      { kind: 'server', code: 'provider_unavailable' },
    ],
    [
      { kind: 'instead-of-stream', body: 'html' },
      { kind: 'protocol', code: 'provider_bad_response' },
    ],
    [
      { kind: 'instead-of-stream', body: 'empty' },
      { kind: 'protocol', code: 'provider_bad_response' },
    ],
    [{ kind: 'no-headers' }, { kind: 'timeout', code: 'provider_timeout' }],
    [
      { kind: 'no-token', opening: true },
      { kind: 'timeout', code: 'provider_timeout' },
    ],
    [
      { kind: 'comments', everyMs: 20 },
      { kind: 'timeout', code: 'provider_timeout' },
    ],
    [
      { kind: 'reset', at: 'before-headers' },
      { kind: 'server', code: 'provider_unavailable' },
    ],
    [
      { kind: 'reset', at: 'after-headers' },
      { kind: 'server', code: 'provider_unavailable' },
    ],
  ])('fails before the first token: %j', async (fault, expected) => {
    const { failure, text } = await asked(name, [fault]);
    expect(failure).toMatchObject(expected);
    expect(text).toBe('');
  });

  it.each<[FaultSpec, { kind: string; code: string }]>([
    [
      { kind: 'stall', afterTokens: 9 },
      { kind: 'timeout', code: 'provider_timeout' },
    ],
    [
      { kind: 'reset', at: 'cut', afterTokens: 9 },
      { kind: 'server', code: 'provider_unavailable' },
    ],
    [
      { kind: 'reset', at: 'cut', afterTokens: 9, how: 'fin' },
      { kind: 'server', code: 'provider_unavailable' },
    ],
    [
      { kind: 'reset', at: 'mid-event', afterTokens: 9 },
      { kind: 'server', code: 'provider_unavailable' },
    ],
    [
      { kind: 'truncate', afterTokens: 9 },
      { kind: 'protocol', code: 'provider_bad_response' },
    ],
    [
      { kind: 'error-event', afterTokens: 9 },
      { kind: 'protocol', code: 'provider_bad_response' },
    ],
    [
      { kind: 'error-in-chunk', afterTokens: 9 },
      { kind: 'protocol', code: 'provider_bad_response' },
    ],
    [
      { kind: 'finish', reason: 'error', afterTokens: 9 },
      { kind: 'server', code: 'provider_unavailable' },
    ],
    [
      { kind: 'finish', reason: 'insufficient_system_resource', afterTokens: 9 },
      { kind: 'server', code: 'provider_unavailable' },
    ],
  ])('fails in the middle, and its text counts: %j', async (fault, expected) => {
    simulator.configure({ reasoning: 'never' });
    const { text: whole } = await asked(name);
    const { text, failure } = await asked(name, [fault]);
    expect(failure?.kind).toBe(expected.kind);
    expect(failure).toMatchObject(expected);
    expect(text).not.toBe('');
    expect(whole.startsWith(text)).toBe(true);
    expect(text.length).toBeLessThan(whole.length);
  });

  it('fails by an error field, which has its own status', async () => {
    const { failure, text } = await asked(name, [{ kind: 'error-field', afterTokens: 9 }]);
    expect(['server', 'protocol']).toContain(failure?.kind);
    expect(text).not.toBe('');
  });

  it.each<FaultSpec>([
    { kind: 'done-without-finish' },
    { kind: 'finish-without-done' },
    { kind: 'text-after-done', text: ' and more' },
    { kind: 'instead-of-stream', body: 'completion-json' },
  ])('is whole in spite of %j', async (fault) => {
    const { text: whole } = await asked(name);
    const { text, error } = await asked(name, [fault]);
    expect({ text, error }).toEqual({ text: whole, error: undefined });
  });

  it.each<[FaultSpec, number | undefined]>([
    [{ kind: 'usage', mode: 'duplicate' }, 1],
    [{ kind: 'usage', mode: 'growing' }, 1],
    [{ kind: 'usage', mode: 'separate' }, 1],
    [{ kind: 'usage', mode: 'zero' }, 0],
    [{ kind: 'usage', mode: 'null' }, undefined],
    [{ kind: 'usage', mode: 'absent' }, undefined],
  ])('counts usage once: %j', async (fault, factor) => {
    const { usage: normal } = await asked(name);
    const { usage } = await asked(name, [fault]);
    expect(usage?.totalTokens).toBe(factor === undefined ? undefined : (normal?.totalTokens ?? 0) * factor);
  });

  it('is not broken by tool calls', async () => {
    const { finish, error } = await asked(name, [{ kind: 'tool-call', afterTokens: 3 }]);
    expect({ finish, error }).toEqual({ finish: 'tool_calls', error: undefined });
  });

  it('makes text of NULs, halves and very long lines', async () => {
    const strange = await asked(name, [
      { kind: 'text', nul: true, loneSurrogate: true, longLineBytes: 5_000_000, afterTokens: 3 },
    ]);
    expect(strange.error).toBeUndefined();
    expect(strange.text.length).toBeGreaterThan(4_500_000);
    expect(strange.text).not.toContain('\0');
    expect(strange.text.isWellFormed()).toBe(true);
  });

  it('closes the socket within 100 ms of being cancelled', async () => {
    await handle(name).fault({ kind: 'pace', firstTokenMs: 5, tokenMs: 20 });
    const cancel = new AbortController();
    const reason = new Error('the reader left');
    let cancelledAt = 0;
    const { error } = await askProvider(providers[name], question(), cancel.signal, () => {
      cancelledAt ||= Date.now();
      cancel.abort(reason);
    });
    expect(error).toBe(reason);
    const deadline = Date.now() + 1_000;
    const closedAt = (): number | undefined => handle(name).requests().at(-1)?.closedByClientAt;
    while (closedAt() === undefined && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 5));
    expect((closedAt() ?? Infinity) - cancelledAt).toBeLessThan(100);
  });
});

describe.each(NAMES)('%s continuing', (name) => {
  const modes =
    name === 'groq' ? (['exact', 'repeat-words', 'repeat-quote', 'start-over'] as const) : (['exact'] as const);
  const echoes = name === 'mistral' ? (['exact', 'trimmed', 'none'] as const) : (['exact'] as const);
  const ways = modes.flatMap((instructionMode) => echoes.map((prefixEcho) => ({ instructionMode, prefixEcho })));

  it.each(ways)('an answer cut at any place makes it whole: %j', async (way) => {
    simulator.configure({ ...way, reasoning: 'never' });
    const { text: whole, batches } = await asked(name);
    expect(batches.length).toBeGreaterThan(0);
    const codePoints = [...whole];
    const step = Math.max(1, Math.floor(codePoints.length / 120));
    // A single character shown can't be told from a repetition of the whole partial answer.
    for (let cut = 2; cut < codePoints.length; cut += step) {
      const partial = codePoints.slice(0, cut).join('');
      const { text, error, finish } = await askProvider(providers[name], { ...question(), partial });
      expect({ cut, whole: partial + text, error, finish }).toEqual({ cut, whole, error: undefined, finish: 'stop' });
    }
    const seen = handle(name).requests().at(-1);
    expect(seen?.continuation).toBe(name === 'groq' ? 'instruction' : 'prefix');
    if (name === 'deepseek') expect(seen?.path).toBe('/beta/chat/completions');
  });
});
