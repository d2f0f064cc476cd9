import { describe, expect, it } from '@jest/globals';
import { hostBehind, safeHref } from '../../../../client/src/markdown/links.js';

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

describe('hostBehind', () => {
  it.each([
    ['https://bank.com', 'https://evil.example/x', 'evil.example'],
    ['bank.com', 'https://evil.example/x', 'evil.example'],
    ['BANK.com/login', 'https://evil.example:8443/x', 'evil.example:8443'],
    ['Log in at https://bank.com, please', 'https://evil.example/', 'evil.example'],
    ['www.bank.com', 'https://bank.com.evil.example/', 'bank.com.evil.example'],
    ['b\u200Bank.com', 'https://evil.example/', 'evil.example'],
    ['ｂａｎｋ．ｃｏｍ', 'https://evil.example/', 'evil.example'],
    ['bank.com', 'https://b\u0430nk.com/', 'xn--bnk-6cd.com'],
    ['https://bank.com@evil.example/', 'https://bank.com@evil.example/', 'evil.example'],
    ['https://bank.com', 'mailto:a@evil.example', 'a@evil.example'],
    ['\u202Emoc.knab//:sptth\u202C', 'https://evil.example/', 'evil.example'],
    ['the \u2066bank', 'https://evil.example/', 'evil.example'],
    ['b\u00ADank', 'https://evil.example/', 'evil.example'],
    ['the\u3164bank', 'https://evil.example/', 'evil.example'],
    ['b\u0430nk.com', 'https://b\u0430nk.com/', 'xn--bnk-6cd.com'],
    ['bank.com.', 'https://evil.example/', 'evil.example'],
    ['🏦 bank.com/login', 'https://evil.example/', 'evil.example'],
  ])('tells of %j that it leads elsewhere than it says', (label, href, host) => {
    expect(hostBehind(label, new URL(href).href)).toBe(host);
  });

  it.each([
    ['https://bank.com', 'https://bank.com/'],
    ['(https://bank.com/a).', 'https://bank.com/a'],
    ['(https://bank.com).', 'https://bank.com/'],
    ['https://bank.com)a', 'https://bank.com)a'],
    ['(http://192.0.2.1).', 'http://192.0.2.1/'],
    ['https://192.0.2.1:8080', 'https://192.0.2.1:8080/'],
    ['bank.com', 'http://www.bank.com/login'],
    ['www.bank.com.', 'https://bank.com/'],
    ['bank.com:8080', 'https://bank.com:8080/'],
    ['münchen.de', 'https://xn--mnchen-3ya.de/'],
    ['the bank', 'https://evil.example/'],
    ['👩‍👩‍👧 ❤️ the family', 'https://evil.example/'],
    ['пример.рф', 'https://xn--e1afmkfd.xn--p1ai/'],
    ['file.txs', 'https://evil.example/'],
    ['Node.js', 'https://nodejs.org/'],
    ['console.log', 'https://developer.mozilla.org/'],
    ['e.g. this', 'https://example.org/'],
    ['version 3.14', 'https://example.org/'],
    ['a@example.org', 'mailto:a@example.org'],
  ])('has nothing to tell of %j to %s', (label, href) => {
    expect(hostBehind(label, href)).toBeUndefined();
  });
});
