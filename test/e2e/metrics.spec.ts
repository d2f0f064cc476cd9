import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { COUNTERS, GAUGES, HISTOGRAMS } from '../../src/metrics/names.js';
import { startApp, type RunningApp } from '../support/app.js';
import { begin, post } from '../support/chat-api.js';
import { eventually } from '../support/eventually.js';
import { allEvents, ask, attach, only } from '../support/events.js';
import { parseExposition, seriesOf, sumOf, type Sample } from '../support/exposition.js';
import { call } from '../support/http-app.js';

async function scrape(service: RunningApp): Promise<Sample[]> {
  const { status, headers, text } = await call(`${service.url}/metrics`);
  expect(status).toBe(200);
  expect(headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
  return parseExposition(text);
}

describe('the metrics, after a day with failures', () => {
  let service: RunningApp;
  let samples: Sample[];
  let inputTokens = 0;

  const talk = async (body: Record<string, unknown>) => allEvents(await ask(service.url, body));
  const sum = (name: string, labels: Record<string, string> = {}) => sumOf(samples, name, labels);

  beforeAll(async () => {
    service = await startApp({ RATE_LIMIT: '7', RATE_LIMIT_PER_ADDRESS: '1000', FIRST_TOKEN_TIMEOUT_MS: '300' });
    const { groq, mistral, deepseek } = service.simulator;
    // Each failure once: one provider alone is asked first each time.
    await groq.fault({ kind: 'status', status: 422, times: 1 });
    inputTokens += only(await talk({ session_id: 'm1', message: 'echo: hi' }), 'usage').prompt_tokens;
    await mistral.fault({ kind: 'no-token', times: 1 });
    inputTokens += only(await talk({ session_id: 'm2', message: 'echo: hi' }), 'usage').prompt_tokens;
    await deepseek.fault({ kind: 'truncate', afterTokens: 2, times: 1 });
    await talk({ session_id: 'm3', message: 'echo: one two three four five six seven', provider: 'deepseek' });
    await service.simulator.clear();
    for (const provider of service.simulator.all) await provider.fault({ kind: 'usage', mode: 'absent' });
    await talk({ session_id: 'm4', message: 'echo: nobody counts this', provider: 'mistral' });
    await service.simulator.clear();
    await talk({ session_id: 'm5', message: 'echo: hi', provider: 'groq', model: 'made-up/model' });
    const { id } = await begin(service.url, { session_id: 'm6', message: 'echo: hi', provider: 'mistral' });
    await allEvents(await attach(service.url, id));
    expect((await attach(service.url, 'nobody')).status).toBe(404);
    await post(service.url, '/rr-chat', { user_id: 'ada', session_id: 'm7', message: 'echo: hi', provider: 'mistral' });
    await post(service.url, '/rr-chat', { user_id: 'ada', session_id: 'm8', message: 'echo: hi' });
    await call(`${service.url}/made/up/path/of-ada`, { headers: { 'x-request-id': 'of-ada' } });
    samples = await eventually(async () => {
      const now = await scrape(service);
      return sumOf(now, 'rondo_running_answers') + sumOf(now, 'rondo_open_streams') === 0 && now;
    });
  });
  afterAll(() => service.close());

  it('have every name of the contract, with a type and help, and nothing that promtool refuses', async () => {
    const { text } = await call(`${service.url}/metrics`);
    const expected = [
      ...Object.keys(COUNTERS).map((name) => [name, 'counter']),
      ...Object.keys(GAUGES).map((name) => [name, 'gauge']),
      ...Object.keys(HISTOGRAMS).map((name) => [name, 'histogram']),
      ['process_cpu_seconds_total', 'counter'],
      ['process_resident_memory_bytes', 'gauge'],
      ['nodejs_eventloop_lag_p99_seconds', 'gauge'],
      ['nodejs_heap_size_used_bytes', 'gauge'],
    ] as [string, string][];
    for (const [name, type] of expected) {
      expect(text).toContain(`# TYPE ${name} ${type}\n`);
      expect(text).toMatch(new RegExp(`^# HELP ${name} \\S`, 'm'));
      const series = samples.filter((sample) => sample.name === name || sample.name === `${name}_count`);
      expect([name, series.length > 0]).toEqual([name, true]);
    }
    expect(text).not.toMatch(/nodejs_active_\w+_total/);
    const bounds = samples
      .filter(({ name }) => name.endsWith('_duration_seconds_bucket'))
      .map(({ labels }) => labels['le']);
    expect(Math.max(...bounds.map(Number).filter(Number.isFinite))).toBe(81.92);
  });

  it('count each attempt once, by provider in the spelling of OpenTelemetry, with how it ended', () => {
    const attempts = (provider: string, code: string) => sum('rondo_attempts_total', { provider, code });
    expect(attempts('groq', 'invalid_request')).toBe(2);
    expect(attempts('mistral_ai', 'provider_timeout')).toBe(1);
    expect(attempts('deepseek', 'provider_bad_response')).toBe(1);
    const counted = sum('rondo_attempts_total');
    expect(sum('gen_ai_client_operation_duration_seconds_count')).toBe(counted);
    expect(sum('gen_ai_client_operation_duration_seconds_count', { error_type: 'provider_timeout' })).toBe(1);
    expect(sum('rondo_attempts_total', { result: 'ok' })).toBeGreaterThanOrEqual(5);
    expect(sum('rondo_attempts_total', { provider: 'mistral' })).toBe(0);
  });

  it('count each failover with where it happened', () => {
    expect(sum('rondo_failovers_total', { from: 'groq', to: 'mistral_ai' })).toBe(1);
    expect(sum('rondo_failovers_total', { from: 'mistral_ai', to: 'deepseek', phase: 'first_token' })).toBe(1);
    const phases = new Set(
      samples.filter(({ name }) => name === 'rondo_failovers_total').map(({ labels }) => labels['phase']),
    );
    for (const phase of phases) expect(['connect', 'first_token', 'mid_answer']).toContain(phase);
  });

  it('count answers, attachments and refusals', () => {
    expect(sum('rondo_answers_total', { outcome: 'complete' })).toBe(5);
    expect(sum('rondo_answers_total', { outcome: 'failed' })).toBe(2);
    expect(sum('gen_ai_server_request_duration_seconds_count')).toBe(7);
    expect(sum('gen_ai_server_time_to_first_token_seconds_count')).toBe(6);
    expect(sum('rondo_overhead_seconds_count')).toBe(6);
    expect(sum('rondo_resumes_total', { result: 'ok' })).toBe(1);
    expect(sum('rondo_rate_limited_total', { scope: 'user' })).toBe(1);
    expect(sum('rondo_rate_limited_total', { scope: 'address' })).toBe(0);
    expect(sum('rondo_history_flush_seconds_count')).toBeGreaterThan(0);
    expect(sum('rondo_history_write_failures_total')).toBe(0);
  });

  it('keep reported and estimated tokens apart', () => {
    const tokens = (source: string, type: string) => sum('rondo_tokens_total', { source, type });
    expect(tokens('actual', 'input')).toBe(sum('gen_ai_client_token_usage_sum', { gen_ai_token_type: 'input' }));
    expect(tokens('actual', 'output')).toBe(sum('gen_ai_client_token_usage_sum', { gen_ai_token_type: 'output' }));
    expect(tokens('actual', 'input')).toBeGreaterThan(inputTokens);
    expect(sum('rondo_tokens_total', { source: 'estimated', provider: 'mistral_ai' })).toBeGreaterThan(0);
    expect(sum('rondo_tokens_total', { source: 'estimated', provider: 'groq' })).toBe(0);
  });

  it('tell the state of every provider, one of three', () => {
    for (const provider of ['groq', 'mistral_ai', 'deepseek']) {
      expect(sum('rondo_provider_state', { provider })).toBe(1);
      expect(
        samples
          .filter(({ name, labels }) => name === 'rondo_provider_state' && labels['provider'] === provider)
          .map(({ labels }) => labels['state'])
          .sort(),
      ).toEqual(['cooling', 'down', 'up']);
    }
  });

  it('tell requests by route and status', () => {
    const requests = (route: string, status: string) =>
      sum('http_server_request_duration_seconds_count', { http_route: route, http_response_status_code: status });
    expect(requests('/rr-chat/stream', '200')).toBe(6);
    expect(requests('/rr-chat', '200')).toBe(1);
    expect(requests('/rr-chat', '429')).toBe(1);
    expect(requests('/rr-chat/stream/:answer_id', '200')).toBe(1);
    expect(requests('other', '404')).toBe(1);
  });
});

describe('the number of series', () => {
  let service: RunningApp;
  beforeAll(async () => (service = await startApp({ RATE_LIMIT: '1' })));
  afterAll(() => service.close());

  /** Everything a caller can choose, another one each time. */
  async function visit(index: number): Promise<void> {
    const who = `canary-user-${index}`;
    const body = { user_id: who, session_id: `canary-session-${index}`, message: `echo: canary-text-${index}` };
    const headers = { 'x-request-id': `canary-request-${index}`, 'user-agent': `canary-agent-${index}` };
    await post(service.url, '/rr-chat/stream', body, { headers });
    await post(service.url, '/rr-chat', body, { headers });
    const model = { provider: 'groq', model: `canary-model-${index}` };
    await post(service.url, '/rr-chat', { ...body, ...model, user_id: `${who}-too` }, { headers });
    await post(service.url, '/rr-chat', { ...body, provider: `canary-provider-${index}`, user_id: `${who}-3` });
    await call(`${service.url}/history?user_id=${who}&session_id=canary-session-${index}`);
    await call(`${service.url}/sessions/canary-session-${index}?user_id=${who}`, { method: 'DELETE' });
    await call(`${service.url}/rr-chat/stream/canary-answer-${index}`);
    await call(`${service.url}/canary-path-${index}`);
    await fetch(`${service.url}/canary-path-${index}`, { method: `CANARY${index}` }).catch(() => undefined);
    await fetch(`${service.url}/canary-path-${index}`, { method: 'PROPFIND' });
  }

  it('does not grow with users, sessions, texts, models, paths and methods that callers make up', async () => {
    await scrape(service);
    for (let index = 0; index < 5; index++) await visit(index);
    const settled = (samples: readonly Sample[]) => sumOf(samples, 'rondo_running_answers') === 0;
    const few = await eventually(async () => {
      const samples = await scrape(service);
      return settled(samples) && samples;
    });
    for (let index = 5; index < 105; index += 5) {
      await Promise.all([0, 1, 2, 3, 4].map((step) => visit(index + step)));
    }
    const many = await eventually(async () => {
      const samples = await scrape(service);
      return settled(samples) && samples;
    });
    // Garbage collection and the like come and go with the process, whoever asks.
    const own = (samples: readonly Sample[]) =>
      seriesOf(samples.filter(({ name }) => !/^(nodejs|process)_/.test(name)));
    expect([...own(many)].filter((series) => !own(few).has(series))).toEqual([]);
    expect(JSON.stringify(many)).not.toContain('canary');
    const served = { http_route: '/rr-chat/stream', http_response_status_code: '200' };
    expect(sumOf(many, 'http_server_request_duration_seconds_count', served)).toBe(105);
  });

  it('has only labels whose values come from a closed set', async () => {
    const allowed: Readonly<Record<string, RegExp>> = {
      gen_ai_operation_name: /^chat$/,
      gen_ai_provider_name: /^(groq|mistral_ai|deepseek)$/,
      gen_ai_request_model: /^[\w./-]+$/,
      gen_ai_token_type: /^(input|output)$/,
      error_type: /^[a-z_]+$/,
      http_request_method: /^(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|_OTHER)$/,
      http_route: /^(other|\/[\w:/.-]*)$/,
      http_response_status_code: /^\d{3}$/,
      provider: /^(groq|mistral_ai|deepseek)$/,
      result: /^[a-z_]+$/,
      code: /^[a-z_]+$/,
      outcome: /^(complete|interrupted|failed|stopped)$/,
      from: /^(groq|mistral_ai|deepseek)$/,
      to: /^(groq|mistral_ai|deepseek)$/,
      phase: /^(connect|first_token|mid_answer)$/,
      type: /^(input|output)$/,
      source: /^(actual|estimated)$/,
      scope: /^(user|address)$/,
      state: /^(up|cooling|down)$/,
      version: /^\d+\.\d+\.\d+/,
      node: /^v\d+\./,
      le: /^([\d.]+|\+Inf)$/,
    };
    const samples = (await scrape(service)).filter(({ name }) => !/^(nodejs|process)_/.test(name));
    for (const { name, labels } of samples) {
      for (const [label, value] of Object.entries(labels)) {
        expect([name, label, value, allowed[label]?.test(value)]).toEqual([name, label, value, true]);
      }
    }
    const models = samples.map(({ labels }) => labels['gen_ai_request_model']).filter((model) => model !== undefined);
    expect(new Set(models).size).toBeLessThanOrEqual(4);
  });
});
