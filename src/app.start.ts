import { Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Logger as PinoLogger } from 'nestjs-pino';
import { AppModule } from './app.module.js';
import { APP_OPTIONS, setUpApp } from './app.setup.js';
import { shutDownOnSignals } from './app.shutdown.js';
import { APP_CONFIG, type AppConfig, type HttpConfig } from './config/app-config.js';
import { ConfigError } from './config/config-error.js';
import { configFromEnvironment } from './config/config.module.js';
import { VERSION } from './config/version.js';
import { dialectOf } from './history/typeorm/dialects.js';
import { HistoryDatabase } from './history/typeorm/history-database.js';
import { DatabaseStartError } from './history/typeorm/sql-dialect.js';
import { Lifecycle } from './lifecycle/lifecycle.js';
import { quietStart } from './logging/logging.module.js';

/** What a person can do where listening fails, by the system's error code; each goes on after the address. */
const LISTEN_PROBLEMS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'is in use. Stop what listens there, or set PORT to another port.',
  EACCES: 'may not be listened on. Set PORT to 1024 or more.',
  EADDRNOTAVAIL: 'is no such address of this machine. Set HOST to one that it has.',
  ENOTFOUND: 'is no such host. Set HOST to an address of this machine.',
};

/**
 * Connections that wait to be taken; Linux allows as many. Node takes one per turn of its loop, so a thousand readers that
 * come back at once to a busy process overflow its default of 511: theirs are then late by seconds, or reset.
 */
const BACKLOG = 4_096;

/** Right while one process takes over from another, and a trap where it is an accident. */
const SHARED =
  'the database is shared with another process of Rondo: each counts limits and running answers for itself, and neither ' +
  "can hand out or stop the other's answers. Stop one of them, unless it is taking over from the other";

/** Starts the service of this process. What a person can put right ends it with one message and code 1. */
export async function start(): Promise<void> {
  let address = '';
  try {
    const config = configFromEnvironment();
    address = addressOf(config.http);
    await listen(config);
  } catch (error) {
    process.stderr.write(`${messageOf(error, address)}\n`);
    process.exit(1);
  }
}

async function listen(config: AppConfig): Promise<void> {
  const closed = dialectOf(config.databaseUrl).closeToOthers(config.databaseUrl);
  const app = await NestFactory.create<NestExpressApplication>(AppModule.with(config), APP_OPTIONS);
  app.useLogger(quietStart(app.get(PinoLogger)));
  const logger = new Logger('Rondo');
  setUpApp(app);
  shutDownOnSignals(app);
  const { http, warnings, providers } = app.get<AppConfig>(APP_CONFIG);
  // Nest passes all arguments on to the server; its type leaves the backlog out.
  await Reflect.apply(app.listen.bind(app), undefined, [http.port, http.host, BACKLOG]);
  app.get(Lifecycle).markReady();
  for (const warning of [...warnings, ...closed]) logger.warn(warning);
  if ((await app.get(HistoryDatabase).owners.sweep()) > 0) logger.warn(SHARED);
  const url = await app.getUrl();
  logger.log({ url, version: VERSION, node: process.version, providers: providers.map(({ name }) => name) }, 'started');
}

/** For people: `127.0.0.1:3000`, `[::1]:3000`. */
function addressOf({ host, port }: HttpConfig): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

function messageOf(error: unknown, address: string): string {
  if (error instanceof ConfigError) return error.message;
  if (error instanceof DatabaseStartError) return `Rondo cannot start: ${error.message}`;
  const why = LISTEN_PROBLEMS[(error as NodeJS.ErrnoException).code ?? ''];
  if (why !== undefined) return `Rondo cannot start: ${address} ${why}`;
  return `Rondo cannot start: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
}
