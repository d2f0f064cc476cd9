import { describe, expect, it } from '@jest/globals';
import { PrometheusMetrics } from '../../../src/metrics/prometheus.metrics.js';

describe('PrometheusMetrics', () => {
  it('says what each metric is, and keeps the suffix _total for counters', async () => {
    const { body } = await new PrometheusMetrics().exposition();
    const types = [...body.matchAll(/^# TYPE (\S+) (\S+)$/gm)];
    expect(types.length).toBeGreaterThan(40);
    for (const [, name = '', type] of types) {
      expect(body).toContain(`# HELP ${name} `);
      expect([name, type === 'counter']).toEqual([name, name.endsWith('_total')]);
    }
  });

  it('brings the defaults of process and Node.js', async () => {
    const { body } = await new PrometheusMetrics().exposition();
    expect(body).toContain('process_resident_memory_bytes ');
    expect(body).toContain('nodejs_eventloop_lag_seconds ');
  });

  it('has buckets to 81.92 seconds', async () => {
    const metrics = new PrometheusMetrics();
    metrics.histogram('gen_ai_server_request_duration_seconds', { gen_ai_operation_name: 'chat' }).observe(80);
    const { body } = await metrics.exposition();
    expect(body).toMatch(/gen_ai_server_request_duration_seconds_bucket\{le="40.96",[^}]*\} 0/);
    expect(body).toMatch(/gen_ai_server_request_duration_seconds_bucket\{le="81.92",[^}]*\} 1/);
  });
});
