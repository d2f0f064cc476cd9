import { describe, expect, it } from '@jest/globals';
import { safeHref } from '../../../../client/src/markdown/links.js';

describe('safeHref', () => {
  it.each([
    ['https://example.org/a?b=c#d', 'https://example.org/a?b=c#d'],
    ['HTTP://example.org', 'http://example.org/'],
    ['mailto:a@example.org', 'mailto:a@example.org'],
    ['tel:+49123', 'tel:+49123'],
  ])('lets %s pass', (raw, href) => {
    expect(safeHref(raw)).toBe(href);
  });

  it.each([
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    'java\tscript:alert(1)',
    '\u0001javascript:alert(1)',
    'java\u200Bscript:alert(1)',
    'data:text/html,x',
    'vbscript:x',
    'blob:https://example.org/x',
    'file:///etc/passwd',
    '//example.org',
    '/metrics',
    'relative',
    '#fragment',
    '',
  ])('refuses %j', (raw) => {
    expect(safeHref(raw)).toBeUndefined();
  });
});
