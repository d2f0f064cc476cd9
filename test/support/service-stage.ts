import { afterEach, beforeEach } from '@jest/globals';
import type { ProviderSettings, Simulator } from '../../simulator/provider-simulator.js';
import { temporaryFolder, type TemporaryFolder } from './history.js';
import { simulatedProviders, startService, type Service } from './service.js';
import { useSimulator } from './simulator.js';

/** Built services as processes of their own, on simulated providers and one database file. */
export interface ServiceStage {
  readonly simulator: Simulator;
  /** The folder of the current test, with its database file. */
  readonly folder: TemporaryFolder;
  /** The service that was started last. */
  readonly service: Service;
  /** Starts one more service on the folder's database, unless `env` names another. */
  start(env?: Record<string, string>): Promise<Service>;
  /** As `kill -9` of the service that was started last, then starts one again. */
  killAndRestart(): Promise<Service>;
}

/**
 * One simulator for all tests of the surrounding suite, as {@link useSimulator} has it, and an empty folder for each. After
 * each test its services are killed and its folder is removed.
 */
export function useServices(options: Partial<ProviderSettings> = {}): ServiceStage {
  const simulator = useSimulator({ pace: 'instant', reasoning: 'never', sameAnswer: true, ...options });
  let folder: TemporaryFolder;
  let services: Service[] = [];

  beforeEach(async () => {
    folder = await temporaryFolder();
    services = [];
  });
  afterEach(async () => {
    await Promise.all(services.map((service) => service.kill()));
    await folder.remove();
  });

  const last = (): Service => {
    const service = services.at(-1);
    if (service === undefined) throw new Error('no service was started in this test');
    return service;
  };
  const start = async (env: Record<string, string> = {}): Promise<Service> => {
    const service = await startService({ ...simulatedProviders(simulator), DATABASE_URL: folder.url, ...env });
    services.push(service);
    return service;
  };
  return {
    simulator,
    get folder() {
      return folder;
    },
    get service() {
      return last();
    },
    start,
    killAndRestart: async () => {
      await last().kill();
      return start();
    },
  };
}
