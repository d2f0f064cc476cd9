import { describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { ERROR_TRAITS, errorEvent, type ErrorCode } from '../../../src/wire/answer-event.js';
import { EVENT_SCHEMA, EventCheck } from '../../support/event-check.js';
import { allEvents } from '../../support/events.js';

const delta = { type: 'delta', content: 'a' };
const usage = { type: 'usage', tokens: 3, accurate: true, prompt_tokens: 1, completion_tokens: 2 };
const done = { type: 'done', finish_reason: 'stop', message_id: 'm' };

/** Reads events as one stream. */
function emit(...events: object[]): unknown[] {
  const check = new EventCheck();
  return events.map((event, index) => check.read(JSON.stringify(event), `0.${index}.1`));
}

describe('docs/answer-event.schema.json', () => {
  const asClient = new Ajv2020({ strict: true }).compile(EVENT_SCHEMA);

  it('lets clients accept fields that are added later', () => {
    expect(asClient({ ...delta, added_later: 1 })).toBe(true);
  });

  it('has a client refuse what is missing or of another type', () => {
    expect(asClient({ type: 'delta' })).toBe(false);
    expect(asClient({ ...usage, tokens: '3' })).toBe(false);
    expect(asClient({ type: 'no_such_event' })).toBe(false);
  });

  it('lists exactly the codes and classes that the service has', () => {
    const enumOf = (schema: unknown) => (schema as { enum: string[] }).enum;
    const { code, error } = EVENT_SCHEMA.$defs;
    const classes = Object.values(ERROR_TRAITS).map((traits) => traits.class);
    expect(enumOf(code)).toEqual(Object.keys(ERROR_TRAITS));
    expect(new Set(enumOf((error?.['properties'] as Record<string, unknown>)['class']))).toEqual(new Set(classes));
  });

  it('accepts the error event of every code', () => {
    for (const code of Object.keys(ERROR_TRAITS) as ErrorCode[]) {
      expect(asClient(errorEvent(code, 'A sentence.', 10))).toBe(true);
    }
  });
});

describe('the check of what the service emits', () => {
  it('accepts a refusal by the rate limit', () => {
    const error = { ...errorEvent('internal', 'A sentence.', 10), code: 'rate_limited', class: 'retryable' };
    expect(emit({ type: 'rate_limited', retry_after_ms: 10 }, error, { ...done, message_id: '' })).toHaveLength(3);
  });

  it('accepts a whole stream', () => {
    const provider = { type: 'provider', provider: 'groq', model: 'm', reason: 'selected' };
    expect(emit(provider, delta, provider, delta, errorEvent('internal', 'A sentence.'), usage, done)).toHaveLength(7);
  });

  it.each([
    ['an unknown field', { ...delta, added: 1 }, /additional properties.*added/],
    ['an unknown type', { type: 'ping' }, /no event of the schema/],
    ['an empty delta', { ...delta, content: '' }, /fewer than 1 characters/],
    ['a code that is not listed', { ...errorEvent('internal', 'x'), code: 'oops' }, /allowed values/],
    ['a type that is not the first member', { content: 'a', type: 'delta' }, /first member/],
  ])('refuses %s', (_, event, message) => {
    expect(() => emit(event)).toThrow(message);
  });

  it.each([
    ['text after usage', [usage, delta]],
    ['a second usage', [usage, usage]],
    ['anything after done', [done, delta]],
    ['a second done', [done, done]],
  ])('refuses %s', (_, events) => {
    expect(() => emit(...events)).toThrow(/comes too late/);
  });

  it('ends the reading of a response whose event breaks the schema', async () => {
    const body = 'id: 0.0.1\ndata: {"type":"delta","content":""}\n\n';
    await expect(allEvents(new Response(body))).rejects.toThrow(/fewer than 1 characters/);
  });

  it('refuses an event without a cursor', () => {
    expect(() => new EventCheck().read(JSON.stringify(delta), undefined)).toThrow(/cursor/);
  });
});
