import { serveParent } from '../processes/rpc.js';
import type { LoadPlan, LoadReport } from './load-protocol.js';
import { LoadRound } from './load-round.js';

/** The load generator, a process of its own. The check of the answers is a call of its own: it belongs to no measurement. */
let round: LoadRound | undefined;
let cost = { utilization: 0, cpuMs: 0 };

serveParent({
  run: async (plan: LoadPlan) => {
    round = new LoadRound(plan);
    cost = await round.run();
  },
  report: (): LoadReport | undefined => {
    const report = round && { ...round.report(), ...cost };
    round = undefined;
    return report;
  },
});
