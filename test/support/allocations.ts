import { eventually } from './eventually.js';
import { preloading } from './preload.js';
import type { Service } from './service.js';

/** What a service has done since it was asked the last time. */
export interface Work {
  /** On the heap, collected or not. */
  allocated_bytes: number;
  /** System calls that write, into files too; null where the system doesn't tell. */
  write_calls: number | null;
}

/** The environment of a service that {@link workOf} can ask. */
export const REPORTING_ALLOCATIONS = preloading('report-allocations.mjs');

/** To be asked once before what is to be measured. */
export async function workOf(service: Service): Promise<Work> {
  const reports = () => service.logLines().filter((line) => 'allocated_bytes' in line);
  const known = reports().length;
  service.signal('SIGUSR2');
  return eventually(() => reports()[known] as Work | undefined);
}
