import { resolve } from 'node:path';

/** The project's folder; this file runs compiled, three levels below it. */
export const ROOT = resolve(import.meta.dirname, '../../..');
