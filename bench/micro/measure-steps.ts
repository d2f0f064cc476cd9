import 'reflect-metadata';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { machine } from '../report/machine.js';
import { ESTIMATE } from './cases/estimating.js';
import { DECODE, DECODE_SHARED, TRANSLATE, TRANSLATE_SHARED } from './cases/reading.js';
import { RENDER } from './cases/rendering.js';
import { ENCODE, ENCODE_SHARED, FRAMEWORK } from './cases/writing.js';
import { measureCase, type MicroResult } from './measure-case.js';
import { MICRO_RESULTS } from './micro-file.js';
import { microTable } from './micro-table.js';

/** A process of its own, for the options that measuring allocations needs; see `run-micro.ts`. */
const STEPS = [DECODE, DECODE_SHARED, TRANSLATE, TRANSLATE_SHARED, ENCODE, ENCODE_SHARED, FRAMEWORK, ESTIMATE, RENDER];
const results: MicroResult[] = [];
for (const step of STEPS) results.push(await measureCase(step));
mkdirSync(dirname(MICRO_RESULTS), { recursive: true });
writeFileSync(
  MICRO_RESULTS,
  `${JSON.stringify({ at: new Date().toISOString(), machine: machine(), results }, null, 1)}\n`,
);
console.log(microTable(results));
