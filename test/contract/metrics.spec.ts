import { Controller, Get, Module, Param, type INestApplication } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { AddressInfo } from 'node:net';
import type { Server } from 'node:http';
import { MetricsController } from '../../src/health/metrics.controller.js';
import { httpMetrics } from '../../src/http/http-metrics.js';
import { Metrics } from '../../src/metrics/metrics.js';
import { MetricsModule } from '../../src/metrics/metrics.module.js';
import { COUNTERS, GAUGES, HISTOGRAMS } from '../../src/metrics/names.js';
import { PrometheusMetrics } from '../../src/metrics/prometheus.metrics.js';
import { SimpleMetrics } from '../../src/metrics/simple.metrics.js';
import { call, poll } from '../support/http-app.js';

const ADAPTERS = [
  { name: 'PrometheusMetrics', adapter: PrometheusMetrics, contentType: 'text/plain; version=0.0.4; charset=utf-8' },
  { name: 'SimpleMetrics', adapter: SimpleMetrics, contentType: 'text/plain; charset=utf-8' },
];

@Controller('things')
class ThingsController {
  @Get(':id')
  thing(@Param('id') id: string): { id: string } {
    return { id };
  }
}

@Module({ imports: [MetricsModule], controllers: [MetricsController, ThingsController] })
class AppUnderTest {}

/** Series with their values; labels in one order, so that adapters can be compared. */
async function seriesOf(metrics: Metrics): Promise<Map<string, number>> {
  const { body } = await metrics.exposition();
  return parse(body);
}

function parse(body: string): Map<string, number> {
  const lines = body.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(lines.map((line) => [sorted(line.slice(0, line.lastIndexOf(' '))), Number(line.split(' ').at(-1))]));
}

function sorted(series: string): string {
  const [, name = series, labels] = /^([^{]+)\{(.*)\}$/.exec(series) ?? [];
  return labels === undefined ? name : `${name}{${(labels.match(/\w+="[^"]*"/g) ?? []).sort().join(',')}}`;
}

describe.each(ADAPTERS)('$name as the metrics port', ({ adapter, contentType }) => {
  let metrics: Metrics;

  beforeEach(() => {
    metrics = new adapter();
  });

  it('adds up a counter, by one unless told otherwise', async () => {
    const answers = metrics.counter('rondo_answers_total', { outcome: 'complete' });
    expect((await seriesOf(metrics)).get('rondo_answers_total{outcome="complete"}')).toBe(0);
    answers.add();
    answers.add(2.5);
    expect((await seriesOf(metrics)).get('rondo_answers_total{outcome="complete"}')).toBe(3.5);
  });

  it('lets handles with the same labels share a series, whatever the order of the labels', async () => {
    metrics.counter('rondo_failovers_total', { from: 'groq', to: 'mistral_ai', phase: 'connect' }).add();
    metrics.counter('rondo_failovers_total', { phase: 'connect', to: 'mistral_ai', from: 'groq' }).add();
    const series = await seriesOf(metrics);
    expect(series.get('rondo_failovers_total{from="groq",phase="connect",to="mistral_ai"}')).toBe(2);
  });

  it('keeps the last value of a gauge', async () => {
    const open = metrics.gauge('rondo_open_streams');
    open.set(7);
    open.set(3);
    expect((await seriesOf(metrics)).get('rondo_open_streams')).toBe(3);
  });

  it('tells count and sum of a histogram', async () => {
    const flush = metrics.histogram('rondo_history_flush_seconds');
    flush.observe(0.25);
    flush.observe(0.5);
    const series = await seriesOf(metrics);
    expect(series.get('rondo_history_flush_seconds_count')).toBe(2);
    expect(series.get('rondo_history_flush_seconds_sum')).toBe(0.75);
  });

  it('treats an empty label as one that is absent', async () => {
    const labels = { gen_ai_operation_name: 'chat', gen_ai_provider_name: 'groq', gen_ai_request_model: 'm' };
    metrics.histogram('gen_ai_client_operation_duration_seconds', labels).observe(1);
    metrics.histogram('gen_ai_client_operation_duration_seconds', { ...labels, error_type: '' }).observe(1);
    const counts = [...(await seriesOf(metrics))].filter(([name]) => name.includes('operation_duration_seconds_count'));
    expect(counts).toEqual([[expect.not.stringContaining('error_type'), 2]]);
  });

  it('refuses a label that names.ts does not list', () => {
    expect(() => metrics.counter('rondo_answers_total', { user_id: 'ada' })).toThrow('user_id');
    expect(() => metrics.gauge('rondo_open_streams', { session: '1' })).toThrow('session');
    expect(() => metrics.histogram('rondo_overhead_seconds', { text: 'hi' })).toThrow('text');
  });

  it('ignores values that would spoil a series', async () => {
    const answers = metrics.counter('rondo_answers_total', { outcome: 'complete' });
    const overhead = metrics.histogram('rondo_overhead_seconds');
    for (const value of [Number.NaN, -1, Number.POSITIVE_INFINITY]) {
      answers.add(value);
      overhead.observe(value);
    }
    answers.add();
    overhead.observe(2);
    const series = await seriesOf(metrics);
    expect(series.get('rondo_answers_total{outcome="complete"}')).toBe(1);
    expect(series.get('rondo_overhead_seconds_sum')).toBe(2);
  });

  it('knows every metric and every label of names.ts', async () => {
    const all = <T extends { labels: readonly string[] }>(labels: T['labels']) =>
      Object.fromEntries(labels.map((label) => [label, 'x']));
    for (const name of Object.keys(COUNTERS) as (keyof typeof COUNTERS)[]) {
      metrics.counter(name, all(COUNTERS[name].labels)).add();
    }
    for (const name of Object.keys(GAUGES) as (keyof typeof GAUGES)[]) {
      metrics.gauge(name, all(GAUGES[name].labels)).set(1);
    }
    for (const name of Object.keys(HISTOGRAMS) as (keyof typeof HISTOGRAMS)[]) {
      metrics.histogram(name, all(HISTOGRAMS[name].labels)).observe(1);
    }
    const { body } = await metrics.exposition();
    for (const name of [...Object.keys(COUNTERS), ...Object.keys(GAUGES), ...Object.keys(HISTOGRAMS)]) {
      expect(body).toContain(name);
    }
  });

  describe('behind GET /metrics', () => {
    let app: INestApplication<Server>;
    let url: string;

    beforeEach(async () => {
      const testing = Test.createTestingModule({ imports: [AppUnderTest] });
      const module = await testing.overrideProvider(Metrics).useValue(metrics).compile();
      app = module.createNestApplication({ logger: false, forceCloseConnections: true });
      app.use(httpMetrics(metrics));
      await app.listen(0, '127.0.0.1');
      url = `http://127.0.0.1:${String((app.getHttpServer().address() as AddressInfo).port)}`;
    });

    afterEach(() => app.close());

    it('answers with its own content type, swapped by one binding', async () => {
      metrics.gauge('rondo_running_answers').set(5);
      const answer = await call(`${url}/metrics`);
      expect(answer.status).toBe(200);
      expect(answer.headers['content-type']).toBe(contentType);
      expect(parse(answer.text).get('rondo_running_answers')).toBe(5);
    });

    it('gains no series from three hundred callers with ids of their own', async () => {
      const labels = 'http_request_method="GET",http_response_status_code';
      const requests = (n: number) =>
        Promise.all(
          Array.from({ length: n }, (_, i) => [`/things/${n}-${i}`, `/nowhere-${n}/${i}`])
            .flat()
            .map((path) => call(url + path)),
        );
      const counted = async (n: number) => {
        const series = await seriesOf(metrics);
        const known = series.get(
          `http_server_request_duration_seconds_count{${labels}="200",http_route="/things/:id"}`,
        );
        return known === n && (series.get(unknownRoute) ?? 0) === n ? series : undefined;
      };
      const unknownRoute = sorted(`http_server_request_duration_seconds_count{${labels}="404",http_route="other"}`);
      const knownHttp = (series: Map<string, number>) =>
        [...series.keys()].filter((name) => name.startsWith('http_')).sort();

      await requests(1);
      const before = await poll(() => counted(1));
      await requests(150);
      const after = await poll(() => counted(151));
      expect(knownHttp(after)).toEqual(knownHttp(before));
    });
  });
});
