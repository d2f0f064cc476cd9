import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { readDoc, relativeLinks, ROOT } from '../../support/markdown-docs.js';

const folders = ['.', 'docs', 'docs/decisions', 'simulator'];
const documents = folders.flatMap((folder) =>
  readdirSync(path.join(ROOT, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => path.join(folder, name)),
);

describe('the documents', () => {
  it.each(documents)('%s links only to what is there', (document) => {
    const links = relativeLinks(readDoc(document));
    const broken = links.filter((link) => !existsSync(path.join(ROOT, path.dirname(document), link)));
    expect(broken).toEqual([]);
  });

  it.each(documents)('%s names only files of the project', (document) => {
    const named = readDoc(document).matchAll(/`((?:src|test|docs|simulator|client|scripts)\/[\w./-]+\.\w+)`/g);
    const broken = [...named].map(([, file = '']) => file).filter((file) => !existsSync(path.join(ROOT, file)));
    expect(broken).toEqual([]);
  });

  it('README links to every document in docs', () => {
    const linked = relativeLinks(readDoc('README.md'));
    for (const document of documents.filter((name) => path.dirname(name) === 'docs'))
      expect(linked).toContain(document);
  });
});
