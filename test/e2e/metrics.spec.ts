import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { COUNTERS, GAUGES, HISTOGRAMS } from '../../src/metrics/names.js';
import { startApp, type RunningApp } from '../support/app.js';
import { begin, post } from '../support/chat-api.js';
import { eventually } from '../support/eventually.js';
import { allEvents, ask, attach, only } from '../support/events.js';
import { sumOf, type Sample } from '../support/exposition.js';
import { call } from '../support/http-app.js';
import { scrapeAll } from '../support/scrape.js';

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
      const now = await scrapeAll(service.url);
      return sumOf(now, 'rondo_running_answers') + sumOf(now, 'rondo_open_streams') === 0 && now;
    });
  });
  afterAll(() => service.close());

  it('have every name of the contract, with a type and help, and nothing that promtool refuses', async () => {
    const { text, headers } = await call(`${service.url}/metrics`);
    expect(headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
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
