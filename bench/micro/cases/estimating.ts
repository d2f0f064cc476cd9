import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import { O200kCounter } from '../../../src/providers/tokens/o200k.counter.js';
import { tokenAt } from '../../answer-text.js';
import { ROOT } from '../../root.js';
import { EVENTS } from '../events.js';
import type { MicroCase } from '../micro-case.js';

const LIMITS = { timeoutMs: 30_000, idleMs: 60_000, maxQueuedUnits: 16_000_000, restAfterFailureMs: 1000 };
/** The thread's script is part of the built service. */
const WORKER = pathToFileURL(join(ROOT, 'dist/providers/tokens/o200k.worker.js'));

const counter = new O200kCounter(LIMITS, WORKER);
const answer = Array.from({ length: EVENTS }, (_, index) => tokenAt(index)).join('');

export const ESTIMATE: MicroCase = {
  name: 'estimate',
  what: 'token of an answer counted, in the thread that does so; only where a provider reports no usage',
  events: EVENTS,
  batch: async () => {
    await counter.count(answer);
  },
  close: () => counter.close(),
};
