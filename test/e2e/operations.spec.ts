import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startSimulator, type Simulator } from '../../simulator/provider-simulator.js';
import { freshSession } from '../support/conversations.js';
import { allEvents, ask } from '../support/events.js';
import { readDoc, tableRows } from '../support/markdown-docs.js';
import { simulatedProviders, startService, type Service } from '../support/service.js';

describe('the fields of the log', () => {
  let simulator: Simulator;
  let service: Service;
  beforeAll(async () => {
    simulator = await startSimulator({ pace: 'instant' });
    service = await startService({ ...simulatedProviders(simulator), LOG_LEVEL: 'debug' });
  });
  afterAll(async () => {
    await service.kill();
    await simulator.close();
  });

  it('are those that docs/operations.md tells of', async () => {
    const documented = tableRows(readDoc('docs/operations.md'), 'field').map(([name]) => name);
    await simulator.groq.fault({ kind: 'status', status: 401 });
    await simulator.mistral.fault({ kind: 'truncate', afterTokens: 3 });
    for (let n = 0; n < 3; n++) await allEvents(await ask(service.url, freshSession()));
    await fetch(`${service.url}/nowhere`);
    expect(await service.stop()).toBe(0);

    const lines = service.logLines();
    const messages = new Set(lines.map(({ msg }) => msg));
    for (const expected of ['started', 'request', 'attempt failed', 'attempt ended', 'answer ended', 'stopped'])
      expect(messages).toContain(expected);
    const fields = new Set(lines.flatMap((line) => Object.keys(line)));
    expect([...fields].filter((field) => !documented.includes(field))).toEqual([]);
    // Those of rare lines: a connection that broke, an error of ours, a process that died, an upgrade, a refused key.
    const rare = ['cut', 'err', 'interrupted', 'copy', 'variable'];
    expect(documented.filter((field = '') => !fields.has(field) && !rare.includes(field))).toEqual([]);
  });
});
