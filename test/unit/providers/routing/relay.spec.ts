import { afterEach, describe, expect, it } from '@jest/globals';
import { Test, type TestingModule } from '@nestjs/testing';
import { ConfigModule } from '../../../../src/config/config.module.js';
import { loadConfig } from '../../../../src/config/environment.js';
import { MetricsModule } from '../../../../src/metrics/metrics.module.js';
import { CHAT_PROVIDERS } from '../../../../src/providers/chat-provider.js';
import type { ChatCompletionRequest, CompletionPart } from '../../../../src/providers/completion.js';
import { ProviderError, type ProviderFailure } from '../../../../src/providers/provider-error.js';
import { ProvidersModule } from '../../../../src/providers/providers.module.js';
import { ProviderTracker } from '../../../../src/providers/routing/provider-tracker.js';
import { Relay, type RelayTask } from '../../../../src/providers/routing/relay.js';
import { scriptedProvider } from '../../../support/providers.js';
import { relayed } from '../../../support/relay.js';

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
  const config = loadConfig({ RONDO_ENV_FILE: '', GROQ_API_KEY: 'unused' });
  module = await Test.createTestingModule({
    imports: [ConfigModule.forRoot(config), MetricsModule, ProvidersModule],
  })
    .overrideProvider(CHAT_PROVIDERS)
    .useValue(providers)
    .setLogger({ log: () => undefined, error: () => undefined, warn: () => undefined })
    .compile();
  return module.get(Relay);
}

const question = [{ role: 'user' as const, content: 'Why?' }];
const whole = [text('whole'), finish];

describe('Relay', () => {
  it('tells what the provider says, then how the attempt went', async () => {
    const relay = await relayOver([[reasoning('hm'), text('be'), text('cause'), usage(7), finish]]);
    const answer = await relayed(relay, question);
    expect(answer).toMatchObject({ text: 'because', reasoning: 'hm' });
    expect(answer.attempts).toMatchObject([
      { started: { n: 0, provider: 'a', reason: 'selected' }, ended: { outcome: 'ok', usage: { totalTokens: 7 } } },
    ]);
    expect(requests[0]?.request).toEqual({ messages: question });
  });

  it('begins the next answer with the next provider', async () => {
    const relay = await relayOver([whole], [whole], [whole]);
    for (let n = 0; n < 6; n++) await relayed(relay, question);
    expect(requests.map(({ name }) => name).join('')).toBe('abcabc');
  });

  it('asks the next one the same where nothing was said', async () => {
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

  it('has the next one go on after all the text that was said', async () => {
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

  it('begins again where only reasoning was said, and says no other reasoning after it', async () => {
    const relay = await relayOver([[reasoning('hm'), broken]], [[reasoning('well'), text('because'), finish]]);
    const answer = await relayed(relay, question);
    expect(answer).toMatchObject({ text: 'because', reasoning: 'hm' });
    expect(answer.attempts[1]?.started.reason).toBe('failover');
    expect(requests[1]?.request).toEqual({ messages: question });
  });

  it('takes anything thrown for the failure of that provider, a defect of our own too', async () => {
    const relay = await relayOver([[text('one '), new TypeError('of undefined')]], [[text('two'), finish]]);
    const { text: joined, attempts } = await relayed(relay, question);
    expect(joined).toBe('one two');
    expect(attempts[0]?.ended).toMatchObject({ outcome: 'failed', code: 'provider_bad_response' });
  });

  it('asks each provider once, and gives up with the text that there is', async () => {
    const relay = await relayOver([[text('1'), broken]], [[text('2'), broken]], [[text('3'), broken]]);
    const { text: joined, error } = await relayed(relay, question);
    expect(joined).toBe('123');
    expect(error?.code).toBe('all_providers_failed');
    expect(requests).toHaveLength(3);
  });

  it('reports the usage of an attempt that failed', async () => {
    const relay = await relayOver([[text('one '), usage(5), broken]], [[text('two'), usage(9), finish]]);
    const { attempts } = await relayed(relay, question);
    expect(attempts.map(({ ended }) => ended?.usage?.totalTokens)).toEqual([5, 9]);
  });
});

describe('once more at the same provider', () => {
  it('is tried where it refused at once and nobody else is up', async () => {
    const relay = await relayOver([[refused], whole]);
    const { text: joined, attempts } = await relayed(relay, question);
    expect(joined).toBe('whole');
    expect(attempts.map(({ started }) => started.reason)).toEqual(['selected', 'retry']);
  });

  it('is tried only once', async () => {
    const relay = await relayOver([[refused]]);
    expect((await relayed(relay, question)).error?.code).toBe('all_providers_failed');
    expect(requests).toHaveLength(2);
  });

  it('is not tried where anything was received, or somebody else is up', async () => {
    await relayed(await relayOver([[broken], whole]), question);
    expect(requests).toHaveLength(1);
    await module.close();
    await relayed(await relayOver([[refused], whole], [whole]), question);
    expect(requests.map(({ name }) => name)).toEqual(['a', 'b']);
  });
});

describe('an answer that is stopped', () => {
  /** Stops the answer at its first text, and tells how the relay ended. */
  async function stopped(relay: Relay, reason: unknown) {
    const abort = new AbortController();
    const seen: string[] = [];
    const task: RelayTask = {
      request: { messages: question },
      shown: { text: '', reasoning: '' },
      answerId: 'x',
      say: (parts) => {
        for (const part of parts) seen.push(part.type === 'attempt-ended' ? part.outcome : part.type);
        if (seen.includes('text')) abort.abort(reason);
      },
    };
    return { thrown: await relay.relay(task, abort.signal).then(undefined, (error: unknown) => error), seen };
  }

  it('ends with the reason for that, asks nobody else, and is held against nobody', async () => {
    const relay = await relayOver([[text('one '), new Error('aborted')]], [whole]);
    expect(await stopped(relay, 'stopped')).toEqual({
      thrown: 'stopped',
      seen: ['attempt-started', 'text', 'cancelled'],
    });
    expect(requests).toHaveLength(1);
    expect(
      module
        .get(ProviderTracker)
        .list()
        .map(({ state }) => state),
    ).toEqual(['up', 'up']);
  });
});
