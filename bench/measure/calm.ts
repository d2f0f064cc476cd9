import { setTimeout as delay } from 'node:timers/promises';
import { machineTimes } from './proc.js';

const LOOK_MS = 700;
const LONGEST_WAIT_MS = 3000;
const CALM = 0.15;

/** Waits until nobody else needs much of the machine, for a while: on a shared machine there may be no such time. */
export async function untilCalm(): Promise<void> {
  const deadline = performance.now() + LONGEST_WAIT_MS;
  while ((await busyShare()) > CALM && performance.now() < deadline);
}

async function busyShare(): Promise<number> {
  const before = machineTimes();
  await delay(LOOK_MS);
  const after = machineTimes();
  const busy = after.busyMs - before.busyMs;
  return busy / (busy + after.idleMs - before.idleMs);
}
