import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { readDoc, ROOT, tableRows } from '../../support/markdown-docs.js';

const words = tableRows(readDoc('docs/glossary.md'), 'word').map(([word = '', meaning = '', file = '']) => ({
  word,
  meaning,
  file,
}));

describe('docs/glossary.md', () => {
  it('explains each word once, in order', () => {
    const names = words.map(({ word }) => word.toLowerCase());
    expect(names).toEqual([...new Set(names)].toSorted((a, b) => a.localeCompare(b)));
    expect(names.length).toBeGreaterThanOrEqual(30);
  });

  it.each(words)('names a file that is about $word: $file', ({ word, file }) => {
    const found = path.join(ROOT, file);
    expect(existsSync(found)).toBe(true);
    const text = `${path.basename(file)}\n${readFileSync(found, 'utf8')}`.toLowerCase().replaceAll(/[^a-z]/g, '');
    expect(text).toContain(word.toLowerCase().replaceAll(/[^a-z]/g, ''));
  });
});
