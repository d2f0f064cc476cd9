import { createServer } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import { LONGEST_CLOSE_MS } from '../../../src/app.shutdown.js';
import { PlainVariables } from '../../../src/config/plain-variables.js';
import { COUNTERS, GAUGES, HISTOGRAMS } from '../../../src/metrics/names.js';
import { readDoc, tableRows } from '../../support/markdown-docs.js';

const doc = readDoc('docs/operations.md');
const defaults = new PlainVariables();

/** What is between backticks in a text. */
function named(text: string): Set<string> {
  return new Set([...text.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name.replace(/=.*$/, '')));
}

/** The part of the document below a heading, up to the next of its rank. */
function section(heading: string): string {
  const [, rest = ''] = doc.split(`\n## ${heading}\n`);
  return rest.split('\n## ')[0] ?? '';
}

/** The only number that a pattern finds in a file. */
function numberIn(file: string, pattern: RegExp): number {
  const found = [...readDoc(file).matchAll(new RegExp(pattern, 'gm'))].map(([, number]) => Number(number));
  expect([file, found]).toEqual([file, [expect.any(Number)]]);
  return found[0] ?? NaN;
}

describe('docs/operations.md', () => {
  it('names every variable by its purpose', () => {
    const variables = tableRows(readDoc('README.md'), 'variable').map(([name = '']) => name);
    expect(variables.length).toBeGreaterThan(40);
    const purposes = named(section('Configuration by purpose'));
    expect(variables.filter((name) => !purposes.has(name))).toEqual([]);
  });

  it('names every metric', () => {
    const metrics = new Set(section('Metrics and alerts').match(/\w+/g));
    const all = Object.keys({ ...COUNTERS, ...GAUGES, ...HISTOGRAMS });
    expect(all.filter((name) => !metrics.has(name))).toEqual([]);
  });

  it('tells what to do on every alert there is', () => {
    const alerts = [...readDoc('deploy/alerts.yml').matchAll(/- alert: (\w+)/g)].map(([, name]) => name);
    expect(tableRows(doc, 'alert').map(([name]) => name)).toEqual(alerts);
    expect(alerts).toHaveLength(6);
  });
});

describe('what is deployed', () => {
  const slowestStop = defaults.SHUTDOWN_DELAY_MS + defaults.SHUTDOWN_GRACE_MS + LONGEST_CLOSE_MS;

  it.each([
    ['deploy/compose.yaml', /^ +stop_grace_period: (\d+)s$/],
    ['deploy/rondo.service', /^TimeoutStopSec=(\d+)$/],
  ])('%s gives running answers the time that the service gives them', (file, pattern) => {
    expect(numberIn(file, pattern) * 1000).toBeGreaterThan(slowestStop);
  });

  it('deploy/nginx.conf waits longer than the longest answer takes', () => {
    expect(numberIn('deploy/nginx.conf', /proxy_read_timeout (\d+)s;/) * 1000).toBeGreaterThan(
      defaults.ANSWER_TIMEOUT_MS,
    );
  });

  it.each([
    ['deploy/nginx.conf', /keepalive_timeout (\d+)s;/],
    ['deploy/Caddyfile', /keepalive (\d+)s/],
  ])('%s gives idle connections up before Node does', (file, pattern) => {
    expect(numberIn(file, pattern) * 1000).toBeLessThan(createServer().keepAliveTimeout);
  });
});
