import { describe, expect, it } from '@jest/globals';
import { isBounded } from '../../../../client/src/maths/bounds.js';

describe('isBounded', () => {
  it.each([
    'E = mc^2',
    '\\begin{aligned} a &= \\left( \\frac{b}{\\sqrt{c_{i_{j}}}} \\right) \\\\ &= \\{ d \\} \\end{aligned}',
    '\\cancelto{0}{x} + \\leftarrow \\letter \\definecolor',
    `${'\\frac{a}{b} + '.repeat(100)}c`,
  ])('lets %j pass', (tex) => {
    expect(isBounded(tex)).toBe(true);
  });

  it.each([
    '\\def\\a{\\a\\a}\\a',
    '\\newcommand{\\a}{x}',
    '\\gdef\\a{b}',
    '\\let\\a=\\b',
    `${'\\mathllap{'.repeat(6)}x${'}'.repeat(6)}`,
    `${'\\ce{A <=>>[{'.repeat(6)}x${'}] B}'.repeat(6)}`,
    `${'{'.repeat(17)}x${'}'.repeat(17)}`,
    `${'\\left('.repeat(17)}x${'\\right)'.repeat(17)}`,
    '\\sqrt{\\{'.repeat(17),
  ])('refuses %j', (tex) => {
    expect(isBounded(tex)).toBe(false);
  });
});
