import { afterEach, describe, expect, it } from '@jest/globals';
import { startApp, type RunningApp } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { allEvents, ask, joined, only } from '../support/events.js';

let service: RunningApp | undefined;
afterEach(() => service?.close());

const ANSWER = 'one two three four five';
let session = 0;
const question = () => ({ session_id: `h${++session}`, message: `echo: ${ANSWER}` });

describe('hedging', () => {
  it('lets a second provider answer where the first is late, and cancels the first', async () => {
    service = await startApp({ HEDGE_AFTER: '100' });
    const { groq } = service.simulator;
    await groq.fault({ kind: 'pace', firstTokenMs: 5_000, times: 1 });
    const list = await allEvents(await ask(service.url, question()));
    expect(list.filter((event) => event.type === 'provider')).toMatchObject([
      { provider: 'groq', reason: 'selected' },
      { provider: 'mistral', reason: 'hedged', from: 'groq' },
    ]);
    expect(joined(list)).toBe(ANSWER);
    expect(only(list, 'done').finish_reason).toBe('stop');
    expect(only(list, 'usage').accurate).toBe(true);
    await eventually(() => groq.requests()[0]?.closedByClientAt !== undefined, 200);
  });

  it('tells nobody of a second provider that was asked in vain, but keeps it in the record', async () => {
    service = await startApp({ HEDGE_AFTER: '50' });
    const { groq, mistral } = service.simulator;
    await groq.fault({ kind: 'pace', firstTokenMs: 250, times: 1 });
    await mistral.fault({ kind: 'pace', firstTokenMs: 5_000, times: 1 });
    const where = question();
    const list = await allEvents(await ask(service.url, where));
    expect(only(list, 'provider').provider).toBe('groq');
    expect(joined(list)).toBe(ANSWER);
    const page = await fetch(`${service.url}/history?user_id=ada&session_id=${where.session_id}`);
    const { history } = (await page.json()) as { history: { provider?: string; attempts?: unknown[] }[] };
    expect(history[1]?.provider).toBe('groq');
    expect(history[1]?.attempts).toMatchObject([
      { provider: 'groq', outcome: 'ok' },
      { provider: 'mistral', outcome: 'cancelled' },
    ]);
  });

  it('leaves the other one alone in the race where one of the two fails', async () => {
    service = await startApp({ HEDGE_AFTER: '50' });
    const { groq, mistral } = service.simulator;
    await groq.fault({ kind: 'pace', firstTokenMs: 300, times: 1 });
    await mistral.fault({ kind: 'status', status: 500, times: 1 });
    const late = await allEvents(await ask(service.url, question()));
    expect(only(late, 'provider').provider).toBe('groq');
    expect(joined(late)).toBe(ANSWER);
  });

  it('asks a provider that only lost the race again where the winner breaks off', async () => {
    service = await startApp({ HEDGE_AFTER: '50', PROVIDERS: 'groq,mistral' }, { reasoning: 'never' });
    const { groq, mistral } = service.simulator;
    await groq.fault({ kind: 'pace', firstTokenMs: 250, times: 1 });
    await groq.fault({ kind: 'truncate', afterTokens: 3, times: 1 });
    await mistral.fault({ kind: 'pace', firstTokenMs: 5_000, times: 1 });
    const list = await allEvents(await ask(service.url, question()));
    expect(joined(list)).toBe(ANSWER);
    expect(list.filter((event) => event.type === 'provider')).toMatchObject([
      { provider: 'groq', reason: 'selected' },
      { provider: 'mistral', reason: 'continued', from: 'groq' },
    ]);
  });

  it('learns by itself what is late: later than 95 of a hundred first tokens were', async () => {
    service = await startApp({ HEDGE_AFTER: 'p95' }, { reasoning: 'never' });
    const answered = async () => allEvents(await ask(service!.url, question()));
    const [first] = service.simulator.all;
    await first!.fault({ kind: 'pace', firstTokenMs: 800, times: 1 });
    expect(only(await answered(), 'provider').reason).toBe('selected');
    // Twenty of each provider: one says nothing of another.
    for (let turn = 0; turn < 59; turn++) await answered();
    await first!.fault({ kind: 'pace', firstTokenMs: 20_000, times: 1 });
    const list = await answered();
    expect(list.filter((event) => event.type === 'provider')).toMatchObject([
      { provider: first!.name, reason: 'selected' },
      { reason: 'hedged', from: first!.name },
    ]);
    expect(joined(list)).toBe(ANSWER);
  });

  it('asks a second provider for one answer in ten at most, however many are late', async () => {
    service = await startApp({ HEDGE_AFTER: '20' }, { reasoning: 'never', pace: { firstTokenMs: 60, tokenMs: 0 } });
    const ANSWERS = 60;
    for (let turn = 0; turn < ANSWERS; turn++)
      expect(joined(await allEvents(await ask(service.url, question())))).toBe(ANSWER);
    const asked = service.simulator.all.flatMap((provider) => provider.requests()).length - ANSWERS;
    expect(asked).toBeGreaterThan(0);
    expect(asked).toBeLessThanOrEqual(ANSWERS / 10 + 1);
  });

  it('is off by default', async () => {
    service = await startApp();
    await service.simulator.groq.fault({ kind: 'pace', firstTokenMs: 400, times: 1 });
    expect(only(await allEvents(await ask(service.url, question())), 'provider').provider).toBe('groq');
    expect(service.simulator.mistral.requests()).toHaveLength(0);
  });
});

describe('comments', () => {
  it('keep a provider that fell silent alive for three idle periods and no longer', async () => {
    service = await startApp({ IDLE_TIMEOUT_MS: '200' }, { reasoning: 'never' });
    await service.simulator.groq.fault({ kind: 'stall', afterTokens: 3, comments: true, times: 1 });
    const list = await allEvents(await ask(service.url, question()));
    expect(joined(list)).toBe(ANSWER);
    expect(list.filter((event) => event.type === 'provider').at(-1)).toMatchObject({
      reason: 'continued',
      from: 'groq',
      code: 'provider_timeout',
    });
  });
});

describe('MIN_TOKENS_PER_SECOND', () => {
  it('has a dripping provider replaced by one that continues its text', async () => {
    service = await startApp({ MIN_TOKENS_PER_SECOND: '20' }, { reasoning: 'never' });
    await service.simulator.groq.fault({ kind: 'pace', tokenMs: 400, times: 1 });
    const words = Array.from({ length: 60 }, (_, index) => `word${index}`).join(' ');
    const list = await allEvents(await ask(service.url, { ...question(), message: `echo: ${words}` }));
    expect(list.filter((event) => event.type === 'provider').at(-1)).toMatchObject({
      provider: 'mistral',
      reason: 'continued',
      from: 'groq',
      code: 'provider_timeout',
    });
    expect(joined(list)).toBe(words);
  }, 30_000);
});
