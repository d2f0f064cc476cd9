import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { median } from '../../bench/measure/statistics.js';
import { REPORTING_ALLOCATIONS, workOf, type Work } from '../support/allocations.js';
import { startLockStep, type LockStep } from '../support/lock-step.js';
import { startService, type Service } from '../support/service.js';

const STREAMS = 50;
const TOKENS = 10_000;
/** The first rounds compile the code and learn the shapes of its objects. */
const WARM_UP_ROUNDS = 2;
/** The median of them counts: a machine that is slow for a moment has the history written more often. */
const ROUNDS = 3;
/** Pieces of a response that hold no token: the blank line that begins it, the provider, the usage, the end. */
const OTHER_PIECES = 6;

/**
 * Independent of the clock and of the machine: the provider waits until its tokens have been read. The limits are 5 %
 * above what was measured, those of calls half as much again. Who exceeds one has added work to every token.
 */
describe(`${TOKENS} relayed tokens`, () => {
  let lockStep: LockStep;
  let service: Service;

  beforeAll(async () => {
    lockStep = await startLockStep();
    service = await startService({
      ...REPORTING_ALLOCATIONS,
      EXTRA_PROVIDERS: 'steps',
      STEPS_BASE_URL: `${lockStep.provider.origin}/v1`,
      STEPS_MODEL: 'm',
      LOG_LEVEL: 'warn',
    });
  });
  afterAll(async () => {
    await service.kill();
    await lockStep.provider.close();
  });

  it.each([
    { size: 1, bytes: 12_400, calls: 1.6 },
    { size: 8, bytes: 4_150, calls: 0.3 },
  ])(
    'that come $size at once cost less than $bytes bytes each',
    async ({ size, bytes, calls }) => {
      const groups = TOKENS / STREAMS / size;
      const round = () =>
        Promise.all(Array.from({ length: STREAMS }, () => lockStep.answer(service.url, groups, size)));
      for (let i = 0; i < WARM_UP_ROUNDS; i++) await round();
      await workOf(service);
      const works: Work[] = [];
      for (let i = 0; i < ROUNDS; i++) {
        const pieces = await round();
        expect(Math.max(...pieces)).toBeLessThanOrEqual(groups + OTHER_PIECES);
        works.push(await workOf(service));
      }
      const each = (of: (work: Work) => number) => median(works.map(of)) / TOKENS;
      const cost = { bytes: each((work) => work.allocated_bytes), calls: each((work) => work.write_calls ?? 0) };
      console.log(`a token of ${size} at once: ${Math.round(cost.bytes)} bytes, ${cost.calls} calls that write`);
      expect(cost.bytes).toBeLessThan(bytes);
      expect(cost.calls).toBeLessThan(calls);
    },
    120_000,
  );
});
