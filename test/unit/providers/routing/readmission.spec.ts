import { describe, expect, it } from '@jest/globals';
import { Readmission, type Visit } from '../../../../src/providers/routing/readmission.js';

/** As many as are let in at once. */
function enterAll(readmission: Readmission): Visit[] {
  const visits: Visit[] = [];
  while (readmission.hasRoom('a')) visits.push(readmission.enter('a'));
  return visits;
}

describe('Readmission', () => {
  it('admits few at once, and one more for each first token', () => {
    const readmission = new Readmission();
    const first = enterAll(readmission);
    expect(first.length).toBeLessThan(10);
    for (const visit of first) visit.spoke();
    expect(enterAll(readmission)).toHaveLength(2 * first.length);
  });

  it('admits few again after a failure, and counts each exit once', () => {
    const readmission = new Readmission();
    const few = enterAll(readmission);
    for (const visit of few) {
      visit.spoke();
      visit.leave();
    }
    readmission.failed('a');
    expect(enterAll(readmission)).toHaveLength(few.length);
  });

  it('keeps providers apart', () => {
    const readmission = new Readmission();
    enterAll(readmission);
    expect(readmission.hasRoom('b')).toBe(true);
  });
});
