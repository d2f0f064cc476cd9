import { join } from 'node:path';
import { ROOT } from '../root.js';

/** Where the last run of `bench:micro` is. */
export const MICRO_RESULTS = join(ROOT, 'data/bench/micro.json');
