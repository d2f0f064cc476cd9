import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { readDoc, ROOT, tableRows } from '../../support/markdown-docs.js';

interface Boundaries {
  default: { forbidden: { name: string; comment?: string }[] };
}

describe('ARCHITECTURE.md', () => {
  it('shows the rooms and imports that `npm run check` enforces', async () => {
    const file = pathToFileURL(path.join(ROOT, '.dependency-cruiser.mjs')).href;
    const { forbidden } = ((await import(file)) as Boundaries).default;
    const enforced = forbidden.map(({ comment = '' }) => /^src\/(\w+) may import only: (.*)$/.exec(comment));
    const rooms = enforced.filter((match) => match !== null).map(([, room, imports]) => [room, imports]);
    const shown = tableRows(readDoc('ARCHITECTURE.md'), 'room').map(([room, , imports]) => [room, imports]);
    expect(Object.fromEntries(shown)).toEqual(Object.fromEntries(rooms));
  });
});
