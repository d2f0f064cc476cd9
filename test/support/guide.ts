import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.resolve(import.meta.dirname, '../..');
/** What an application in this process needs. */
const COPIED = ['src', 'simulator', 'test/support', 'docs/answer-event.schema.json'];

/** A copy of the source with what a guide adds to it. */
export interface ExtendedSource {
  readonly path: string;
  /** `tsconfig.json` with the project's own settings. */
  readonly project: string;
  remove(): void;
}

/**
 * Copies the source and does what the guide's listings say, in their order: those in `ts` become the file that their first
 * line names, those in `diff` change the file behind `---`.
 * @throws Error where a diff does not fit the source
 */
export function extendedBy(guide: string): ExtendedSource {
  mkdirSync(path.join(ROOT, '.e2e'), { recursive: true });
  const folder = mkdtempSync(path.join(ROOT, '.e2e/extended-'));
  for (const name of COPIED) cpSync(path.join(ROOT, name), path.join(folder, name), { recursive: true });
  const project = path.join(folder, 'tsconfig.json');
  writeFileSync(project, JSON.stringify({ extends: '../../tsconfig.base.json', include: ['src'] }));
  // Without a name: Jest takes two packages of one name for a mistake.
  writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ type: 'module', version: '0.0.0' }));
  const remove = (): void => rmSync(folder, { recursive: true });
  try {
    apply(readFileSync(path.join(ROOT, guide), 'utf8'), folder);
  } catch (error) {
    remove();
    throw error;
  }
  return { path: folder, project, remove };
}

function apply(guide: string, folder: string): void {
  for (const [, language, listing = ''] of guide.matchAll(/^```(ts|diff)\n([^]*?)^```$/gm)) {
    const [, name = '', body = ''] = /^(?:\/\/|---) (src\/\S+)\n([^]*)$/.exec(listing) ?? [];
    const file = path.join(folder, name);
    writeFileSync(file, language === 'ts' ? body : patched(readFileSync(file, 'utf8'), body, name));
  }
}

/** `@@` lines separate the places of the file. */
function patched(source: string, diff: string, name: string): string {
  return diff.split(/^@@.*\n/m).reduce((text, place) => {
    const linesBut = (sign: string): string =>
      place.replace(new RegExp(`^\\${sign}.*\n`, 'gm'), '').replace(/^./gm, '');
    const before = linesBut('+');
    if (text.split(before).length !== 2) throw new Error(`not once in ${name}:\n${before}`);
    return text.replace(before, () => linesBut('-'));
  }, source);
}
