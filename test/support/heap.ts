import { eventually } from './eventually.js';
import { preloading } from './preload.js';
import type { Service } from './service.js';

export interface Heap {
  /** Bytes of objects and strings. */
  heap_used: number;
  /** Bytes outside of the heap: what waits in sockets. */
  buffers: number;
}

/** The environment of a service that {@link heapOf} can ask. */
export const REPORTING_HEAP = preloading('report-heap.mjs');

/** What a service holds in memory, after a collection. */
export async function heapOf(service: Service): Promise<Heap> {
  const reports = () => service.logLines().filter((line) => 'heap_used' in line);
  const known = reports().length;
  service.signal('SIGUSR2');
  return eventually(() => reports()[known] as Heap | undefined);
}
