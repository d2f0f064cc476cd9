import { describe, expect, it } from '@jest/globals';
import type { StopReason } from '../../../src/chat/answer/answer.js';
import { completed, endingOf, type Ending } from '../../../src/chat/answering/ending.js';
import { AnswerError } from '../../../src/providers/answer-error.js';
import { ERROR_TRAITS } from '../../../src/wire/answer-event.js';
import type { HttpOnlyCode } from '../../../src/wire/problem.js';
import { readDoc, tableRows } from '../../support/markdown-docs.js';

const doc = readDoc('docs/SSE_EVENTS_SCHEMA.md');

describe('docs/SSE_EVENTS_SCHEMA.md', () => {
  it('shows class, retryable and status of every code as the service has them', () => {
    const shown = tableRows(doc, 'code').map((cells) => cells.slice(0, 4));
    const traits = Object.entries(ERROR_TRAITS).map(([code, { class: errorClass, retryable, status }]) => [
      code,
      errorClass,
      retryable ? 'yes' : 'no',
      String(status),
    ]);
    expect(shown).toEqual(traits);
  });

  it('says of every class what a client should do', () => {
    const classes = Object.values(ERROR_TRAITS).map((traits) => traits.class);
    expect(new Set(tableRows(doc, 'class').map(([name]) => name))).toEqual(new Set(classes));
  });

  it('names every code that only HTTP answers have', () => {
    const codes: Record<HttpOnlyCode, true> = {
      not_found: true,
      conflict: true,
      answer_running: true,
      message_too_long: true,
      body_too_large: true,
      host_not_allowed: true,
      origin_not_allowed: true,
      rate_limited: true,
      overloaded: true,
      server_draining: true,
      history_unavailable: true,
    };
    expect(new Set(tableRows(doc, 'status').map(([, code]) => code))).toEqual(new Set(Object.keys(codes)));
  });

  it('shows how answers end as they do', () => {
    const shown = tableRows(doc, 'how it ended').map(([, ...ending]) => ending.join(' '));
    const endings = [
      completed('stop'),
      completed('tool_calls'),
      completed('length'),
      stoppedBy('too_long'),
      completed('content_filter'),
      stoppedBy('stopped'),
      stoppedBy('interrupted'),
      endingOf(new AnswerError('all_providers_failed', 'A sentence.'), new AbortController().signal),
      stoppedBy('answer_timeout'),
    ];
    expect(shown).toEqual(endings.map(inWords));
  });
});

function stoppedBy(reason: StopReason): Ending {
  return endingOf(new Error('aborted'), AbortSignal.abort(reason));
}

function inWords({ error, finishReason, status }: Ending): string {
  const code = error?.code === 'all_providers_failed' ? 'its own code' : (error?.code ?? '–');
  return [code, finishReason, status].join(' ');
}
