import { Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Logger as PinoLogger } from 'nestjs-pino';
import { AppModule } from './app.module.js';
import { APP_OPTIONS, setUpApp } from './app.setup.js';
import { shutDownOnSignals } from './app.shutdown.js';
import { APP_CONFIG, type AppConfig } from './config/app-config.js';
import { ConfigError } from './config/config-error.js';
import { configFromEnvironment } from './config/config.module.js';
import { VERSION } from './config/version.js';
import { DatabaseStartError } from './history/typeorm/database-start-error.js';
import { Draining } from './lifecycle/draining.js';
import { quietStart } from './logging/quiet-start.js';

/** What a person can do where listening fails, by the system's error code. */
const LISTEN_PROBLEMS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'the address is in use. Stop what listens there, or set PORT to another port.',
  EACCES: 'listening on that port is not allowed. Set PORT to 1024 or more.',
  EADDRNOTAVAIL: 'this machine has no such address. Set HOST to one that it has.',
  ENOTFOUND: 'there is no such host. Set HOST to an address of this machine.',
};

/**
 * Connections that wait to be taken; Linux allows as many. Node takes one per turn of its loop, so a thousand readers that
 * come back at once to a busy process overflow its default of 511: theirs are then late by seconds, or reset.
 */
const BACKLOG = 4_096;

/** Starts the service of this process. What a person can put right ends it with one message and code 1. */
export async function start(): Promise<void> {
  try {
    await listen(configFromEnvironment());
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\n`);
    process.exit(1);
  }
}

async function listen(config: AppConfig): Promise<void> {
  const app = await NestFactory.create<NestExpressApplication>(AppModule.with(config), APP_OPTIONS);
  app.useLogger(quietStart(app.get(PinoLogger)));
  const logger = new Logger('Rondo');
  setUpApp(app);
  shutDownOnSignals(app);
  const { http, warnings, providers } = app.get<AppConfig>(APP_CONFIG);
  // Passed on to the server as it is; Nest's type does not know of it.
  const bind: (port: number, host: string, backlog: number) => Promise<unknown> = app.listen.bind(app) as never;
  await bind(http.port, http.host, BACKLOG);
  app.get(Draining).markReady();
  for (const warning of warnings) logger.warn(warning);
  const url = await app.getUrl();
  logger.log({ url, version: VERSION, node: process.version, providers: providers.map(({ name }) => name) }, 'started');
}

function messageOf(error: unknown): string {
  if (error instanceof ConfigError || error instanceof DatabaseStartError) return error.message;
  const why = LISTEN_PROBLEMS[(error as NodeJS.ErrnoException).code ?? ''];
  if (why !== undefined) return `Rondo cannot start: ${why}`;
  return `Rondo cannot start: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
}
