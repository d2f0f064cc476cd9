import { describe, expect, it } from '@jest/globals';
import type { FaultSpec } from '../../simulator/provider-simulator.js';
import { DIALECT_NAMES, useSimulatedDialects } from '../support/simulated-dialects.js';

const { ask, configure } = useSimulatedDialects();

describe.each(DIALECT_NAMES)('%s', (name) => {
  it.each<[FaultSpec, { kind: string; code: string }]>([
    [
      { kind: 'status', status: 401 },
      { kind: 'credentials', code: 'provider_auth' },
    ],
    [
      { kind: 'status', status: 403 },
      { kind: 'credentials', code: 'provider_auth' },
    ],
    [
      { kind: 'status', status: 402 },
      { kind: 'credentials', code: 'provider_auth' },
    ],
    [
      { kind: 'status', status: 429 },
      { kind: 'rate', code: 'provider_rate_limited' },
    ],
    [
      { kind: 'status', status: 500 },
      { kind: 'server', code: 'provider_unavailable' },
    ],
    [
      { kind: 'status', status: 502 },
      { kind: 'server', code: 'provider_unavailable' },
    ],
    [
      { kind: 'status', status: 503 },
      { kind: 'server', code: 'provider_unavailable' },
    ],
    [
      { kind: 'instead-of-stream', body: 'html' },
      { kind: 'protocol', code: 'provider_bad_response' },
    ],
    [
      { kind: 'instead-of-stream', body: 'empty' },
      { kind: 'protocol', code: 'provider_bad_response' },
    ],
    [{ kind: 'no-headers' }, { kind: 'timeout', code: 'provider_timeout' }],
    [
      { kind: 'no-token', opening: true },
      { kind: 'timeout', code: 'provider_timeout' },
    ],
    [
      { kind: 'comments', everyMs: 20 },
      { kind: 'timeout', code: 'provider_timeout' },
    ],
    [
      { kind: 'reset', at: 'before-headers' },
      { kind: 'server', code: 'provider_unavailable' },
    ],
    [
      { kind: 'reset', at: 'after-headers' },
      { kind: 'server', code: 'provider_unavailable' },
    ],
  ])('fails before the first token: %j', async (fault, expected) => {
    const { failure, text } = await ask(name, { faults: [fault] });
    expect(failure).toMatchObject(expected);
    expect(text).toBe('');
  });

  it.each<[FaultSpec, { kind: string; code: string }]>([
    [
      { kind: 'stall', afterTokens: 9 },
      { kind: 'timeout', code: 'provider_timeout' },
    ],
    [
      { kind: 'reset', at: 'cut', afterTokens: 9 },
      { kind: 'server', code: 'provider_unavailable' },
    ],
    [
      { kind: 'reset', at: 'cut', afterTokens: 9, how: 'fin' },
      { kind: 'server', code: 'provider_unavailable' },
    ],
    [
      { kind: 'reset', at: 'mid-event', afterTokens: 9 },
      { kind: 'server', code: 'provider_unavailable' },
    ],
    [
      { kind: 'truncate', afterTokens: 9 },
      { kind: 'protocol', code: 'provider_bad_response' },
    ],
    [
      { kind: 'error-event', afterTokens: 9 },
      { kind: 'protocol', code: 'provider_bad_response' },
    ],
    [
      { kind: 'error-in-chunk', afterTokens: 9 },
      { kind: 'server', code: 'provider_unavailable' },
    ],
    [
      { kind: 'finish', reason: 'error', afterTokens: 9 },
      { kind: 'server', code: 'provider_unavailable' },
    ],
    [
      { kind: 'finish', reason: 'insufficient_system_resource', afterTokens: 9 },
      { kind: 'server', code: 'provider_unavailable' },
    ],
  ])('fails in the middle, and its text counts: %j', async (fault, expected) => {
    configure({ reasoning: 'never' });
    const { text: whole } = await ask(name);
    const { text, failure } = await ask(name, { faults: [fault] });
    expect(failure?.kind).toBe(expected.kind);
    expect(failure).toMatchObject(expected);
    expect(text).not.toBe('');
    expect(whole.startsWith(text)).toBe(true);
    expect(text.length).toBeLessThan(whole.length);
  });

  it('fails by an error field, which has its own status', async () => {
    const { failure, text } = await ask(name, { faults: [{ kind: 'error-field', afterTokens: 9 }] });
    expect(['server', 'protocol']).toContain(failure?.kind);
    expect(text).not.toBe('');
  });
});
