import { describe, expect, it } from '@jest/globals';
import { KNOWN_FIELDS } from '../../../src/openai/request/other-fields.js';
import { ERROR_TRAITS, type ErrorCode } from '../../../src/wire/answer-event.js';
import { openAiStatus, toOpenAiError } from '../../../src/openai/openai-error.js';
import { PROBLEM_CODES, type ProblemCode } from '../../../src/wire/problem.js';
import { readDoc, tableRows } from '../../support/markdown-docs.js';

const doc = readDoc('docs/OPENAI.md');

describe('docs/OPENAI.md', () => {
  it('names every field that is read, ignored or refused', () => {
    expect(KNOWN_FIELDS.filter((field) => !doc.includes(field))).toEqual([]);
  });

  it('tells status and type of every code as they are', () => {
    const rows = tableRows(doc, 'status').map(([status, cell = '', type]) => ({
      status: Number(status),
      type,
      codes: PROBLEM_CODES.filter((code) => new RegExp(`\\b${code}\\b`).test(cell)),
    }));
    const shown = rows.flatMap(({ codes }) => codes);
    expect(PROBLEM_CODES.filter((code) => !shown.includes(code))).toEqual([]);
    for (const { status, type, codes } of rows.filter((row) => row.status !== 415)) {
      for (const code of codes) {
        const failure = { status: isErrorCode(code) ? ERROR_TRAITS[code].status : status, code, detail: 'x' };
        expect([code, openAiStatus(failure), toOpenAiError(failure).error.type]).toEqual([code, status, type]);
      }
    }
  });
});

function isErrorCode(code: ProblemCode): code is ErrorCode {
  return code in ERROR_TRAITS;
}
