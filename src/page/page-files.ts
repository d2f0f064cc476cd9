import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

/** A file of the page, ready to send. */
export interface PageFile {
  readonly type: string;
  readonly body: Buffer;
  readonly gzipped: Buffer;
  readonly etag: string;
  readonly cacheControl: string;
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
  '.webmanifest': 'application/manifest+json',
};

/** The folder of the built page, relative to this file in the build. */
const FOLDER = fileURLToPath(new URL('../client/', import.meta.url));

/**
 * All files of the built page by their path (`index.html`, `assets/…`), read once: they are few and small. Nothing else
 * exists, whatever path is asked for. Empty where the page was not built.
 */
export function loadPageFiles(folder = FOLDER): ReadonlyMap<string, PageFile> {
  const files = new Map<string, PageFile>();
  if (!existsSync(folder)) return files;
  for (const entry of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const type = TYPES[extname(entry)];
    if (type === undefined) continue;
    const path = entry.replaceAll('\\', '/');
    const body = readFileSync(join(folder, entry));
    const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
    files.set(path, { type, body, gzipped: gzipSync(body, { level: 9 }), etag, cacheControl: cacheControl(path) });
  }
  return files;
}

/** Assets are named by their content and never change; the page itself must always be the current one. */
function cacheControl(path: string): string {
  if (path.startsWith('assets/')) return 'public, max-age=31536000, immutable';
  return path === 'index.html' ? 'no-store' : 'no-cache';
}
