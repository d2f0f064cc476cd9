import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { Test, type TestingModule } from '@nestjs/testing';
import { ConfigModule } from '../../../../src/config/config.module.js';
import { loadConfig } from '../../../../src/config/environment.js';
import { MetricsModule } from '../../../../src/metrics/metrics.module.js';
import { CHAT_PROVIDERS } from '../../../../src/providers/chat-provider.js';
import type { ChatCompletionRequest, CompletionPart } from '../../../../src/providers/completion.js';
import { ProviderError, type ProviderFailure } from '../../../../src/providers/provider-error.js';
import { ProvidersModule } from '../../../../src/providers/providers.module.js';
import { ProviderTracker } from '../../../../src/providers/routing/provider-tracker.js';
import { Relay } from '../../../../src/providers/routing/relay.js';
import { Router } from '../../../../src/providers/routing/router.js';
import type { RelayTask } from '../../../../src/providers/routing/relay-task.js';
import { scriptedProvider } from '../../../support/providers.js';
import { relayed, type RelayedAnswer } from '../../../support/relay.js';

type Said = readonly (CompletionPart | ProviderFailure | Error)[];

const text = (content: string): CompletionPart => ({ type: 'text', text: content });
const reasoning = (content: string): CompletionPart => ({ type: 'reasoning', text: content });
const finish: CompletionPart = { type: 'finish', reason: 'stop' };
const usage = (total: number): CompletionPart => ({
  type: 'usage',
  usage: { promptTokens: total - 1, completionTokens: 1, totalTokens: total },
});
const broken: ProviderFailure = { kind: 'server', code: 'provider_unavailable', message: 'broke' };
const refused: ProviderFailure = { ...broken, message: 'refused', nothingReceived: true };

let module: TestingModule;
let requests: { name: string; request: ChatCompletionRequest }[];
afterEach(() => module.close());

/** A relay over providers `a`, `b`, … that each say something else at every request, the last of it for ever. */
async function relayOver(...scripts: Said[][]): Promise<Relay> {
  return patientRelay('0', ...scripts);
}

/** The same, with `PATIENCE_MS`. */
async function patientRelay(PATIENCE_MS: string, ...scripts: Said[][]): Promise<Relay> {
  requests = [];
  const providers = scripts.map((script, index) => {
    const name = 'abc'.charAt(index);
    const left = [...script];
    const said = async function* (request: ChatCompletionRequest): AsyncGenerator<CompletionPart[], void> {
      requests.push({ name, request });
      for (const part of (left.length > 1 ? left.shift() : left[0]) ?? []) {
        await Promise.resolve();
        if (part instanceof Error) throw part;
        if ('kind' in part) throw new ProviderError(part);
        yield [part];
      }
    };
    return { ...scriptedProvider(name, said), close: () => Promise.resolve() };
  });
  const config = loadConfig({ RONDO_ENV_FILE: '', GROQ_API_KEY: 'unused', PATIENCE_MS });
  module = await Test.createTestingModule({
    imports: [ConfigModule.forRoot(config), MetricsModule, ProvidersModule],
  })
    .overrideProvider(CHAT_PROVIDERS)
    .useValue(providers)
    .setLogger({ log: () => undefined, error: () => undefined, warn: () => undefined })
    .compile();
  return module.get(Relay);
}

function states(): string[] {
  return module
    .get(ProviderTracker)
    .list()
    .map(({ state }) => state);
}

const question = [{ role: 'user' as const, content: 'Why?' }];
const whole = [text('whole'), finish];

describe('Relay', () => {
  it('passes on what the provider says, then the end of the attempt', async () => {
    const relay = await relayOver([[reasoning('hm'), text('be'), text('cause'), usage(7), finish]]);
    const answer = await relayed(relay, question);
    expect(answer).toMatchObject({ text: 'because', reasoning: 'hm' });
    expect(answer.attempts).toMatchObject([
      {
        started: { n: 0, provider: 'a', reason: 'selected' },
        ended: { outcome: 'ok', usage: { tokens: 7, accurate: true } },
      },
    ]);
    expect(requests[0]?.request).toEqual({ messages: question });
  });

  it('starts the next answer at the next provider', async () => {
    const relay = await relayOver([whole], [whole], [whole]);
    for (let n = 0; n < 6; n++) await relayed(relay, question);
    expect(requests.map(({ name }) => name).join('')).toBe('abcabc');
  });

  it('asks exactly those that the policy returns, in its order', async () => {
    const relay = await relayOver([[broken]], [whole], [[broken]]);
    jest.spyOn(module.get(Router), 'order').mockImplementation(({ candidates }) => [candidates[2]!, candidates[0]!]);
    expect((await relayed(relay, question)).error?.code).toBe('all_providers_failed');
    expect(requests.map(({ name }) => name).join('')).toBe('ca');
  });

  it('sends the same request to the next provider where nothing was said', async () => {
    const relay = await relayOver([[broken]], [whole]);
    const { attempts } = await relayed(relay, question);
    expect(attempts[1]?.started).toMatchObject({
      n: 1,
      reason: 'failover',
      from: 'a',
      fromCode: 'provider_unavailable',
    });
    expect(requests[1]?.request).toEqual(requests[0]?.request);
  });

  it('has the next provider continue after all text that was said', async () => {
    const relay = await relayOver(
      [[text('o'), text('ne '), broken]],
      [[text('two '), broken]],
      [[text('three'), finish]],
    );
    const { text: joined, attempts } = await relayed(relay, question);
    expect(joined).toBe('one two three');
    expect(attempts.map(({ started }) => started.reason)).toEqual(['selected', 'continued', 'continued']);
    expect(requests.map(({ request }) => request.partial)).toEqual([undefined, 'one ', 'one two ']);
  });

  it('starts again where only reasoning was said, and shows no second reasoning', async () => {
    const relay = await relayOver([[reasoning('hm'), broken]], [[reasoning('well'), text('because'), finish]]);
    const answer = await relayed(relay, question);
    expect(answer).toMatchObject({ text: 'because', reasoning: 'hm' });
    expect(answer.attempts[1]?.started.reason).toBe('failover');
    expect(requests[1]?.request).toEqual({ messages: question });
  });

  it('rejects with a fault of our own, and holds it against no provider', async () => {
    const defect = new TypeError('of undefined');
    const relay = await relayOver([[text('one '), defect]], [[text('two'), finish]]);
    await expect(relayed(relay, question)).rejects.toBe(defect);
    expect(requests).toHaveLength(1);
    expect(states()).toEqual(['up', 'up']);
  });

  it('holds a fault of its listener against no provider', async () => {
    const relay = await relayOver([whole], [whole]);
    const defect = new TypeError('of undefined');
    const task: RelayTask = {
      request: { messages: question },
      caller: {},
      shown: { text: '', reasoning: '' },
      answerId: 'x',
      say: (parts) => {
        if (parts.some(({ type }) => type === 'text')) throw defect;
      },
    };
    for (let n = 0; n < 4; n++) await expect(relay.relay(task, new AbortController().signal)).rejects.toBe(defect);
    expect(requests.map(({ name }) => name).join('')).toBe('abab');
    expect(states()).toEqual(['up', 'up']);
  });

  it('asks each provider once, and keeps the text when all have failed', async () => {
    const relay = await relayOver([[text('1'), broken]], [[text('2'), broken]], [[text('3'), broken]]);
    const { text: joined, error } = await relayed(relay, question);
    expect(joined).toBe('123');
    expect(error?.code).toBe('all_providers_failed');
    expect(requests).toHaveLength(3);
  });

  it('reports the usage of an attempt that failed', async () => {
    const relay = await relayOver([[text('one '), usage(5), broken]], [[text('two'), usage(9), finish]]);
    const { attempts } = await relayed(relay, question);
    expect(attempts.map(({ ended }) => ended?.usage?.tokens)).toEqual([5, 9]);
  });
});

describe('a retry at the same provider', () => {
  it('follows a fast refusal where nobody else is up', async () => {
    const relay = await relayOver([[refused], whole]);
    const { text: joined, attempts } = await relayed(relay, question);
    expect(joined).toBe('whole');
    expect(attempts.map(({ started }) => started.reason)).toEqual(['selected', 'retry']);
  });

  it('happens once', async () => {
    const relay = await relayOver([[refused]]);
    expect((await relayed(relay, question)).error?.code).toBe('all_providers_failed');
    expect(requests).toHaveLength(2);
  });

  it('does not happen where anything was received, or somebody else is up', async () => {
    await relayed(await relayOver([[broken], whole]), question);
    expect(requests).toHaveLength(1);
    await module.close();
    await relayed(await relayOver([[refused], whole], [whole]), question);
    expect(requests.map(({ name }) => name)).toEqual(['a', 'b']);
  });
});

describe('a provider that says nothing', () => {
  const empty: ProviderFailure = { kind: 'empty', code: 'provider_bad_response', message: 'said nothing' };

  it('is replaced by the next one, and stays up', async () => {
    const relay = await relayOver([[empty]], [whole]);
    for (let n = 0; n < 6; n++) expect((await relayed(relay, question)).text).toBe('whole');
    expect(states()).toEqual(['up', 'up']);
  });

  it('completes an empty answer where nobody says anything', async () => {
    const answer = await relayed(await patientRelay('30000', [[reasoning('hm'), empty]], [[empty]]), question);
    expect(answer).toMatchObject({ text: '', reasoning: 'hm' });
    expect(answer.error).toBeUndefined();
    expect(answer.attempts.map(({ ended }) => ended?.outcome)).toEqual(['failed', 'failed']);
    expect(requests).toHaveLength(2);
  });

  it('completes an answer to which nobody has anything to add', async () => {
    const answer = await relayed(await patientRelay('30000', [[text('all'), broken], [empty]], [[empty]]), question);
    expect(answer).toMatchObject({ text: 'all' });
    expect(answer.error).toBeUndefined();
    expect(requests.map(({ name }) => name)).toEqual(['a', 'b', 'a']);
  });

  it('ends an answer only after whoever broke off was asked again', async () => {
    const relay = await patientRelay('30000', [[text('one'), broken], [text(' two')]], [[empty]]);
    const answer = await relayed(relay, question);
    expect(answer.text).toBe('one two');
    expect(answer.error).toBeUndefined();
  });

  it('completes nothing where whoever broke off stays away', async () => {
    const answer = await relayed(await patientRelay('600', [[text('half'), broken], [broken]], [[empty]]), question);
    expect(answer.error?.code).toBe('all_providers_failed');
  });

  it('is not asked again; the verdict is that of whoever failed', async () => {
    const { error } = await relayed(await patientRelay('1800', [[empty]], [[broken]]), question);
    expect(error?.code).toBe('all_providers_failed');
    expect(requests.map(({ name }) => name).join('')).toMatch(/^abb+$/);
  });
});

describe('a temporary failure of all providers', () => {
  const kinds = (attempts: RelayedAnswer['attempts']) =>
    attempts.map(({ started: { provider, reason } }) => `${provider} ${reason}`);

  it('is waited for, and only whoever speaks then is announced', async () => {
    const relay = await patientRelay('30000', [[text('one '), broken], [broken]], [[broken], whole]);
    const { text: joined, attempts } = await relayed(relay, question);
    expect(joined).toBe('one whole');
    expect(kinds(attempts)).toEqual(['a selected', 'b continued', 'a retry', 'b retry']);
    expect(requests.at(-1)?.request.partial).toBe('one ');
  });

  it('names the provider that readers were told of last as the one before', async () => {
    const relay = await patientRelay('30000', [[broken], whole], [[broken]], [[broken]]);
    const { attempts } = await relayed(relay, question);
    expect(attempts.at(-1)?.started).toMatchObject({ provider: 'a', reason: 'failover', from: 'c' });
  });

  it('is waited for where only one provider may be asked, without another announcement', async () => {
    const relay = await patientRelay('30000', [
      [text('one '), broken],
      [text('two'), finish],
    ]);
    const { text: joined, attempts } = await relayed(relay, question);
    expect(joined).toBe('one two');
    expect(kinds(attempts)).toEqual(['a selected', 'a retry']);
  });

  it('is waited for again after new text', async () => {
    const drip = (word: string): Said => [text(word), broken];
    const relay = await patientRelay('900', [drip('1'), drip('2'), drip('3'), drip('4'), whole]);
    expect((await relayed(relay, question)).text).toBe('1234whole');
  });

  it('is not waited for where it is permanent', async () => {
    for (const kind of ['misfit', 'credentials', 'caller'] as const) {
      const lasting: ProviderFailure = { kind, code: 'invalid_request', message: 'no' };
      const { error } = await relayed(await patientRelay('30000', [[lasting]], [[lasting]]), question);
      expect(error).toBeDefined();
      expect(requests).toHaveLength(kind === 'caller' ? 1 : 2);
      await module.close();
    }
    await relayOver([whole]);
  });

  it('ends the answer after its patience, a third of it before the first word', async () => {
    const durations: number[] = [];
    for (const script of [[[broken]], [[text('one '), broken], [broken]]] satisfies Said[][]) {
      const relay = await patientRelay('2400', script);
      const began = performance.now();
      expect((await relayed(relay, question)).error?.code).toBe('all_providers_failed');
      durations.push(performance.now() - began);
      await module.close();
    }
    expect(durations[0]).toBeGreaterThanOrEqual(800);
    expect(durations[1]).toBeGreaterThanOrEqual(2_400);
    expect(durations[0]! * 2).toBeLessThan(durations[1]!);
  });

  it('is no longer waited for once the answer is stopped', async () => {
    const relay = await patientRelay('30000', [[broken]]);
    const abort = new AbortController();
    setTimeout(() => abort.abort('stopped'), 50);
    await expect(relayed(relay, question, abort.signal)).rejects.toBe('stopped');
  });
});

describe('a rate limit', () => {
  const limited = (retryAfterMs: number): ProviderFailure => ({
    kind: 'rate',
    code: 'provider_rate_limited',
    message: 'slow',
    retryAfterMs,
  });
  const isProbe = ({ request }: { request: ChatCompletionRequest }) => request.maxTokens === 1;

  it('is waited for until its end, and the probe goes first', async () => {
    const relay = await patientRelay('30000', [[limited(700)], whole]);
    const began = performance.now();
    expect((await relayed(relay, question)).text).toBe('whole');
    expect(performance.now() - began).toBeGreaterThanOrEqual(700);
    expect(requests.map(isProbe)).toEqual([false, true, false]);
  });

  it('is not waited for where it ends too late', async () => {
    const relay = await patientRelay('30000', [[limited(60_000)]], [[limited(50_000)]]);
    const { error } = await relayed(relay, question);
    expect(error?.code).toBe('provider_rate_limited');
    expect(error?.retryAfterMs).toBeGreaterThan(45_000);
    expect(requests).toHaveLength(2);
  });
});

describe('the limit of an answer', () => {
  const asked = (relay: Relay, shown: RelayTask['shown'], maxTokens: number, continues?: RelayTask['continues']) => {
    const told = { ...shown };
    const finishes: string[] = [];
    const say: RelayTask['say'] = (parts) => {
      for (const part of parts) {
        if (part.type === 'text') told.text += part.text;
        if (part.type === 'finish') finishes.push(part.reason);
      }
    };
    const task = { request: { messages: question, maxTokens }, caller: {}, shown: told, answerId: 'x', say };
    return relay
      .relay({ ...task, ...(continues === undefined ? {} : { continues }) }, new AbortController().signal)
      .then(() => finishes);
  };
  const words = 'one two three four five six seven eight ';

  it('holds for all providers together', async () => {
    const relay = await relayOver([[text(words), broken]], [whole]);
    await asked(relay, { text: '', reasoning: '' }, 100);
    const limits = requests.map(({ request }) => request.maxTokens ?? 0);
    expect(limits[0]).toBe(100);
    expect(limits[1]).toBeGreaterThan(80);
    expect(limits[1]).toBeLessThan(95);
  });

  it('ends the answer where it is reached', async () => {
    const relay = await relayOver([[text(words), broken]], [whole]);
    expect(await asked(relay, { text: '', reasoning: '' }, 8)).toEqual(['length']);
    expect(requests).toHaveLength(1);
  });

  it('does not count the text of an earlier answer', async () => {
    const relay = await relayOver([whole]);
    await asked(relay, { text: words, reasoning: '' }, 8, { provider: 'b', text: words });
    expect(requests[0]?.request.maxTokens).toBe(8);
  });
});

describe('an answer that is stopped', () => {
  /** Stops the answer at its first text, and tells how the relay ended. */
  async function stopped(relay: Relay, reason: unknown) {
    const abort = new AbortController();
    const seen: string[] = [];
    const task: RelayTask = {
      request: { messages: question },
      caller: {},
      shown: { text: '', reasoning: '' },
      answerId: 'x',
      say: (parts) => {
        for (const part of parts) seen.push(part.type === 'attempt-ended' ? part.attempt.outcome : part.type);
        if (seen.includes('text')) abort.abort(reason);
      },
    };
    return { thrown: await relay.relay(task, abort.signal).then(undefined, (error: unknown) => error), seen };
  }

  it('rejects with its reason, asks nobody else, and is held against no provider', async () => {
    const relay = await relayOver([[text('one '), new Error('aborted')]], [whole]);
    expect(await stopped(relay, 'stopped')).toEqual({
      thrown: 'stopped',
      seen: ['attempt-started', 'text', 'cancelled'],
    });
    expect(requests).toHaveLength(1);
    expect(states()).toEqual(['up', 'up']);
  });
});
