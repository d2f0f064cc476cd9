import { runMicro } from './run-micro.js';

/** `npm run bench:micro`: each step on an event's way by itself, in nanoseconds and bytes per event. */
await runMicro();
