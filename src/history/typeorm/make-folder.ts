import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';

/** Makes a folder and what is missing above it. Node's own recursive mkdir never returns where /proc refuses it. */
export function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  makeFolder(path.dirname(folder));
  try {
    mkdirSync(folder);
  } catch (error) {
    // Another process that starts now may be quicker.
    if (!existsSync(folder)) throw error;
  }
}
