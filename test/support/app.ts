import { Test, type TestingModuleBuilder } from '@nestjs/testing';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { AppModule } from '../../src/app.module.js';
import { APP_OPTIONS, setUpApp } from '../../src/app.setup.js';
import { loadConfig } from '../../src/config/environment.js';
import { Lifecycle } from '../../src/lifecycle/lifecycle.js';
import { startSimulator, type Simulator, type SimulatorOptions } from '../../simulator/provider-simulator.js';
import { simulatedProviders } from './service.js';

export interface RunningApp {
  readonly app: NestExpressApplication;
  readonly url: string;
  readonly simulator: Simulator;
  close(): Promise<void>;
}

/**
 * The whole service in this process, on a free port, with simulated providers that don't wait between tokens. Where all of them
 * fail an answer ends at once, unless `env` has a `PATIENCE_MS`.
 * @param adapt replaces a part of it, by the ports that are made to be replaced
 */
export async function startApp(
  env: Record<string, string> = {},
  options: SimulatorOptions = {},
  adapt: (builder: TestingModuleBuilder) => TestingModuleBuilder = (builder) => builder,
): Promise<RunningApp> {
  const simulator = await startSimulator({ pace: 'instant', sameAnswer: true, ...options });
  const config = loadConfig({
    RONDO_ENV_FILE: '',
    DATABASE_URL: 'sqlite::memory:',
    RATE_LIMIT: '1000000',
    LOG_LEVEL: 'silent',
    PORT: '0',
    PATIENCE_MS: '0',
    ...simulatedProviders(simulator),
    ...env,
  });
  const builder = Test.createTestingModule({ imports: [AppModule.with(config)] });
  const app = (await adapt(builder).compile()).createNestApplication<NestExpressApplication>(APP_OPTIONS);
  setUpApp(app);
  await app.listen(0, '127.0.0.1');
  app.get(Lifecycle).markReady();
  const url = await app.getUrl();
  return {
    app,
    url,
    simulator,
    close: async () => {
      await app.close();
      await simulator.close();
    },
  };
}
