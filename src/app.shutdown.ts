import { setTimeout as delay } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { RunningAnswers } from './chat/answering/running-answers.js';
import { APP_CONFIG, type AppConfig } from './config/app-config.js';
import { Lifecycle } from './lifecycle/lifecycle.js';

/** Closing writes what is left to the database; a database that is stuck does not hold the process for longer. */
export const LONGEST_CLOSE_MS = 10_000;

/**
 * SIGTERM and SIGINT: first not ready but serving, then no new answers while running ones finish, then the rest ends as
 * `interrupted` and is stored, and the process exits with 0. A second signal skips all waiting.
 */
export function shutDownOnSignals(app: NestExpressApplication): void {
  const logger = new Logger('Shutdown');
  const hurry = new AbortController();
  let begun = false;
  const onSignal = (signal: NodeJS.Signals): void => {
    logger.log({ signal }, begun ? 'signal again: ending at once' : 'signal: draining');
    if (begun) {
      hurry.abort();
      return;
    }
    begun = true;
    void drain(app, hurry.signal).then(() => {
      logger.log('stopped');
      process.exit(0);
    });
  };
  process.on('SIGTERM', onSignal).on('SIGINT', onSignal);
}

async function drain(app: NestExpressApplication, hurry: AbortSignal): Promise<void> {
  const { delayMs, graceMs } = app.get<AppConfig>(APP_CONFIG).shutdown;
  const lifecycle = app.get(Lifecycle);
  const running = app.get(RunningAnswers);
  const wait = (ms: number) => delay(ms, undefined, { signal: hurry }).catch(() => undefined);
  lifecycle.drain();
  await wait(delayMs);
  lifecycle.refuse();
  await Promise.race([running.idle(), wait(graceMs)]);
  await Promise.race([app.close(), delay(LONGEST_CLOSE_MS)]);
}
