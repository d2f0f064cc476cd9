import { setTimeout as timeout } from 'node:timers/promises';
import { localAddress, pointAtSimulator } from './demo-environment.js';
import { startSimulator } from './provider-simulator.js';

/** `npm run demo`: Rondo with three simulated providers in one process, no key needed. */
const READY_POLL_MS = 100;
const READY_POLLS = 300;

const simulator = await startSimulator();
pointAtSimulator(process.env, simulator);
try {
  await import(new URL('../main.js', import.meta.url).href);
} catch (error) {
  await simulator.close();
  throw error;
}
await announce(localAddress(process.env));

/** Says where to go once the service itself says that it is ready. */
async function announce(address: string): Promise<void> {
  for (let poll = 0; poll < READY_POLLS; poll++) {
    const ready = await fetch(`${address}/health/ready`).then(
      (response) => response.ok,
      () => false,
    );
    if (ready) {
      console.log(`\n  Rondo is at ${address} — three simulated providers, no key needed. Ctrl+C stops it.\n`);
      return;
    }
    await timeout(READY_POLL_MS, undefined, { ref: false });
  }
}
