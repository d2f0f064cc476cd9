import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { getPriority, setPriority } from 'node:os';

/** A niceness far below what anybody has by default. */
const PREFERRED = -15;
/** Where the kernel groups processes by terminal session, only the group's own niceness counts against other groups. */
const GROUP = '/proc/self/autogroup';

/**
 * Has the system prefer this process, and all that it starts from now on, to all others; needs root. Returns how to end
 * that.
 */
export function preferThis(): () => void {
  const own = getPriority();
  const group = existsSync(GROUP) ? /nice (-?\d+)/.exec(readFileSync(GROUP, 'utf8'))?.[1] : undefined;
  setPriority(PREFERRED);
  if (group === undefined) return () => setPriority(own);
  writeFileSync(GROUP, String(PREFERRED));
  return () => {
    setPriority(own);
    writeFileSync(GROUP, group);
  };
}
