import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../root.js';

/** A folder of its own, so that the project itself depends on none of them. */
const PEERS = join(ROOT, 'bench/peers');

/** A file of the peers' folder, absolute. */
export function peerFile(path: string): string {
  return join(PEERS, path);
}

/** Why a peer that needs this package can't run; undefined if it can. */
export function missingPackage(name: string): string | undefined {
  return existsSync(peerFile(`node_modules/${name}`))
    ? undefined
    : `${name} is not installed: npm ci --ignore-scripts in bench/peers`;
}

/** The version of an installed package of the peers. */
export function peerVersion(name: string): string {
  if (missingPackage(name) !== undefined) return '';
  const manifest = JSON.parse(readFileSync(peerFile(`node_modules/${name}/package.json`), 'utf8')) as {
    version: string;
  };
  return manifest.version;
}
