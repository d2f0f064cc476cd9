import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApp, type RunningApp } from '../support/app.js';
import { post } from '../support/chat-api.js';
import { eventually } from '../support/eventually.js';
import { seriesOf, sumOf, type Sample } from '../support/exposition.js';
import { call } from '../support/http-app.js';
import { scrapeAll } from '../support/scrape.js';

describe('the number of series', () => {
  let service: RunningApp;
  beforeAll(async () => (service = await startApp({ RATE_LIMIT: '1' })));
  afterAll(() => service.close());

  it('holds every counter at 0 before the first event, where its labels are known', async () => {
    const samples = await scrapeAll(service.url);
    const valuesOf = (name: string) => samples.filter((sample) => sample.name === name).map(({ value }) => value);
    expect(valuesOf('rondo_answers_total')).toEqual([0, 0, 0, 0]);
    expect(valuesOf('rondo_failovers_total')).toEqual(Array.from({ length: 18 }, () => 0));
    expect(valuesOf('rondo_rate_limited_total')).toEqual([0, 0]);
    expect(valuesOf('rondo_resumes_total')).toEqual([0, 0]);
    expect(valuesOf('rondo_attempts_total')).toEqual([0, 0, 0]);
    expect(valuesOf('rondo_history_write_failures_total')).toEqual([0]);
  });

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
    await scrapeAll(service.url);
    for (let index = 0; index < 5; index++) await visit(index);
    const settled = (samples: readonly Sample[]) => sumOf(samples, 'rondo_running_answers') === 0;
    const few = await eventually(async () => {
      const samples = await scrapeAll(service.url);
      return settled(samples) && samples;
    });
    for (let index = 5; index < 105; index += 5) {
      await Promise.all([0, 1, 2, 3, 4].map((step) => visit(index + step)));
    }
    const many = await eventually(async () => {
      const samples = await scrapeAll(service.url);
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
    const samples = (await scrapeAll(service.url)).filter(({ name }) => !/^(nodejs|process)_/.test(name));
    for (const { name, labels } of samples) {
      for (const [label, value] of Object.entries(labels)) {
        expect([name, label, value, allowed[label]?.test(value)]).toEqual([name, label, value, true]);
      }
    }
    const models = samples.map(({ labels }) => labels['gen_ai_request_model']).filter((model) => model !== undefined);
    expect(new Set(models).size).toBeLessThanOrEqual(4);
  });
});
