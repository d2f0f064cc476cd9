import { describe, expect, it } from '@jest/globals';
import { refusalFailure, streamFailure } from '../../../../../src/providers/dialects/failures/provider-failure.js';
import type { FailureKind } from '../../../../../src/providers/provider-error.js';
import { REFUSALS, openaiError } from './refusals.js';

describe('a refused request', () => {
  it.each(REFUSALS)('%s, %i', (_, status, body, [kind, code, unusable]) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const failure = refusalFailure(
      { status, headers: { 'content-type': 'application/octet-stream' }, body: text },
      true,
    );
    expect(failure).toMatchObject({ kind, code, status });
    expect(failure.unusable ?? false).toBe(unusable);
  });

  it("does not take the provider down for a model that isn't the configured one", () => {
    const body = JSON.stringify(openaiError('The model `x` does not exist', 'model_not_found'));
    expect(refusalFailure({ status: 404, headers: {}, body }, false).unusable).toBeUndefined();
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
    ['over capacity', true, 'protocol'],
    [null, true, 'protocol'],
  ])('%j with text shown: %s is of kind %s', (error, begun, kind) => {
    expect(streamFailure(error, undefined, begun).kind).toBe(kind);
  });

  it('takes the status that stands beside it', () => {
    expect(streamFailure('busy', { error: 'busy', code: 503 }, false)).toMatchObject({ kind: 'server', status: 503 });
  });
});
