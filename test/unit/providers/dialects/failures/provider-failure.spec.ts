import { describe, expect, it } from '@jest/globals';
import { refusalFailure, streamFailure } from '../../../../../src/providers/dialects/failures/provider-failure.js';
import type { FailureKind } from '../../../../../src/providers/provider-error.js';
import { NO_OVERFLOW, OVERFLOW_WORDS } from './overflow-words.js';
import { REFUSALS, openaiError } from './refusals.js';

describe('a refused request', () => {
  it.each(REFUSALS)('%s, %i', (_, status, body, [kind, code, held]) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const failure = refusalFailure(
      { status, headers: { 'content-type': 'application/octet-stream' }, body: text },
      true,
    );
    expect(failure).toMatchObject({ kind, code, status });
    expect([failure.unusable, failure.suspect]).toEqual([
      held === 'unusable' ? true : undefined,
      held === 'suspect' ? true : undefined,
    ]);
  });

  it("does not take the provider down for a model that isn't the configured one", () => {
    const body = JSON.stringify(openaiError('The model `x` does not exist', 'model_not_found'));
    const failure = refusalFailure({ status: 404, headers: {}, body }, false);
    expect([failure.field, failure.unusable, failure.suspect]).toEqual(['model', undefined, undefined]);
  });

  it.each([
    [401, openaiError('Invalid API Key', 'invalid_api_key')],
    [402, openaiError('This request requires more credits')],
    [400, openaiError('x', 'invalid_api_key')],
    [404, '404 page not found'],
  ])('makes the provider suspect where the caller chose the model: %i', (status, body) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const failure = refusalFailure({ status, headers: {}, body: text }, false);
    expect([failure.unusable, failure.suspect]).toEqual([undefined, true]);
  });

  it.each(OVERFLOW_WORDS)('for its length is known by the words of %s', (_, message) => {
    const body = JSON.stringify({ error: { message } });
    expect(refusalFailure({ status: 400, headers: {}, body }, true).code).toBe('context_length_exceeded');
    expect(streamFailure({ message }, undefined, false).code).toBe('context_length_exceeded');
  });

  it.each(NO_OVERFLOW)('is not for its length: %s', (message) => {
    const body = JSON.stringify({ error: { message } });
    expect(refusalFailure({ status: 400, headers: {}, body }, true).kind).toBe('misfit');
  });

  it('is read where a gateway holds the provider behind it as a string', () => {
    const raw = JSON.stringify({ error: { message: 'x', code: 'context_length_exceeded' } });
    const body = JSON.stringify({ error: { message: 'Provider returned error', code: 400, metadata: { raw } } });
    expect(refusalFailure({ status: 400, headers: {}, body }, true).code).toBe('context_length_exceeded');
  });

  it.each([
    [openaiError('Invalid temperature: only 1 is allowed for this model'), 'temperature'],
    [{ detail: [{ type: 'missing', loc: ['body', 'tools', 0, 'function'], msg: 'x', input: "'stop'" }] }, 'tools'],
    [openaiError('Failed to deserialize the JSON body into the target type: messages[0]: unknown variant'), 'messages'],
    [openaiError("Invalid schema for function 'f': In context=(), 'stop' is wrong"), undefined],
  ])('names the field that it is about: %j', (body, field) => {
    expect(refusalFailure({ status: 400, headers: {}, body: JSON.stringify(body) }, true).field).toBe(field);
  });

  it('says its status and code, never the body', () => {
    const body = JSON.stringify(openaiError('Incorrect API key provided: sk-canary', 'invalid_api_key'));
    expect(refusalFailure({ status: 401, headers: {}, body }, true).message).toBe('answered 401 (invalid_api_key)');
    const strange = JSON.stringify(openaiError('x', 'sk-canary with words'));
    expect(refusalFailure({ status: 401, headers: {}, body: strange }, true).message).not.toContain('canary');
  });

  it('says when to come back', () => {
    const refusal = { status: 503, headers: { 'retry-after': '7' }, body: '' };
    expect(refusalFailure(refusal, true).retryAfterMs).toBe(7_000);
    expect(refusalFailure({ ...refusal, status: 400 }, true).retryAfterMs).toBeUndefined();
  });
});

describe('an error inside an answer', () => {
  it.each<[unknown, boolean, FailureKind]>([
    [{ message: 'Provider disconnected', code: 502 }, true, 'server'],
    [{ message: 'x', status_code: 429 }, true, 'rate'],
    [{ message: 'x', status_code: 400, code: 'tool_use_failed' }, false, 'misfit'],
    [{ message: 'x', status_code: 400, code: 'tool_use_failed' }, true, 'protocol'],
    [{ message: 'Content Exists Risk' }, true, 'caller'],
    [{ message: 'x', type: 'rate_limit_error' }, true, 'rate'],
    [{ message: 'Rate limit reached' }, true, 'protocol'],
    [{ message: 'Invalid API key' }, false, 'protocol'],
    ['over capacity', true, 'protocol'],
    [null, true, 'protocol'],
  ])('%j with text shown: %s is of kind %s', (error, begun, kind) => {
    expect(streamFailure(error, undefined, begun).kind).toBe(kind);
  });

  it('never proves that the provider is unusable: its key was accepted', () => {
    const failure = streamFailure({ message: 'x', code: 401 }, undefined, false);
    expect(failure).toMatchObject({ kind: 'credentials', unusable: false, suspect: true });
    const gone = streamFailure({ message: 'x', status_code: 404, code: 'model_not_found' }, undefined, false);
    expect(gone).toMatchObject({ kind: 'misfit', unusable: false, suspect: false });
  });

  it('takes the status that stands beside it', () => {
    expect(streamFailure('busy', { error: 'busy', code: 503 }, false)).toMatchObject({ kind: 'server', status: 503 });
  });
});
