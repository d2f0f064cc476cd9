import { Logger } from '@nestjs/common';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { SimpleMetrics } from '../../../src/metrics/simple.metrics.js';

describe('SimpleMetrics', () => {
  const lines: unknown[][] = [];

  const start = (): SimpleMetrics => {
    lines.length = 0;
    const write = (...line: unknown[]) => void lines.push(line);
    Logger.overrideLogger({ log: write, error: write, warn: write });
    jest.useFakeTimers();
    const metrics = new SimpleMetrics();
    metrics.onModuleInit();
    return metrics;
  };

  afterEach(() => {
    jest.useRealTimers();
    Logger.overrideLogger(['log', 'error', 'warn']);
  });

  it('logs one line of totals a minute', () => {
    const metrics = start();
    const answers = metrics.counter('rondo_answers_total', { outcome: 'complete' });
    answers.add(2);
    metrics.histogram('rondo_overhead_seconds').observe(0.5);
    jest.advanceTimersByTime(59_999);
    expect(lines).toEqual([]);
    jest.advanceTimersByTime(1);
    const totals = {
      'rondo_answers_total{outcome="complete"}': 2,
      rondo_overhead_seconds_count: 1,
      rondo_overhead_seconds_sum: 0.5,
      rondo_overhead_seconds_max: 0.5,
    };
    expect(lines).toEqual([[{ metrics: totals }, 'metrics', 'Metrics']]);
    answers.add();
    jest.advanceTimersByTime(60_000);
    expect(lines[1]?.[0]).toMatchObject({ metrics: { 'rondo_answers_total{outcome="complete"}': 3 } });
    metrics.onApplicationShutdown();
  });

  it('logs a last line at shutdown, and none after it', () => {
    const metrics = start();
    metrics.gauge('rondo_open_streams').set(4);
    metrics.onApplicationShutdown();
    jest.advanceTimersByTime(600_000);
    expect(lines).toEqual([[{ metrics: { rondo_open_streams: 4 } }, 'metrics', 'Metrics']]);
  });
});
