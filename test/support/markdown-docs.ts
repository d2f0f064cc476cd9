import { readFileSync } from 'node:fs';
import path from 'node:path';

export const ROOT = path.resolve(import.meta.dirname, '../..');

/** The text of a document, by its path in the project. */
export function readDoc(file: string): string {
  return readFileSync(path.join(ROOT, file), 'utf8');
}

/**
 * The rows of every table in `markdown` whose first column has this heading, cell by cell, without backticks.
 * @throws Error where there is no such table
 */
export function tableRows(markdown: string, firstHeading: string): string[][] {
  const lines = markdown.split('\n').map((line) => (line.startsWith('|') ? cellsOf(line) : undefined));
  const rows: string[][] = [];
  let found = false;
  let inside = false;
  for (const [index, cells] of lines.entries()) {
    const begins = cells?.[0] === firstHeading && lines[index - 1] === undefined;
    inside = cells !== undefined && (inside || begins);
    found ||= begins;
    if (inside && !begins && !/^[-: ]+$/.test(cells?.[0] ?? '')) rows.push(cells ?? []);
  }
  if (!found) throw new Error(`there is no table that begins with a column "${firstHeading}"`);
  return rows;
}

/** The targets of relative links, without their anchors. */
export function relativeLinks(markdown: string): string[] {
  const targets = [...markdown.matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1] ?? '');
  return targets.filter((target) => !/^(https?:|mailto:|#)/.test(target)).map((target) => target.replace(/#.*$/, ''));
}

function cellsOf(line: string): string[] {
  const cells = line.split(/(?<!\\)\|/).slice(1, -1);
  return cells.map((cell) => cell.trim().replaceAll('\\|', '|').replaceAll('`', ''));
}
