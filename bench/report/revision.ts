import { execFileSync } from 'node:child_process';
import { ROOT } from '../root.js';

/** What was measured, as git names it; empty outside a clone. */
export function revision(): string {
  try {
    const name = execFileSync('git', ['describe', '--always', '--dirty'], {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return name.toString().trim();
  } catch {
    return '';
  }
}
