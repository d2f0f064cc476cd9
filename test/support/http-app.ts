import type { ModuleMetadata } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Logger } from 'nestjs-pino';
import { request } from 'undici';
import { ConfigModule } from '../../src/config/config.module.js';
import { loadConfig } from '../../src/config/environment.js';
import { MetricsController } from '../../src/health/metrics.controller.js';
import { HttpModule } from '../../src/http/http.module.js';
import { setUpHttp } from '../../src/http/http.setup.js';
import { IdentityModule } from '../../src/identity/identity.module.js';
import { LifecycleModule } from '../../src/lifecycle/lifecycle.js';
import { loggingModule } from '../../src/logging/logging.module.js';
import { Metrics } from '../../src/metrics/metrics.js';
import { MetricsModule } from '../../src/metrics/metrics.module.js';

export interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
  json: () => Record<string, unknown>;
}

export interface Call {
  method?: 'GET' | 'HEAD' | 'POST' | 'PATCH' | 'DELETE' | 'OPTIONS';
  headers?: Record<string, string>;
  body?: string | Buffer;
  /** Sent as JSON, with its content type. */
  json?: unknown;
}

export interface HttpApp {
  readonly url: string;
  readonly nest: NestExpressApplication;
  /** The log so far, one JSON object per line. */
  log: () => Record<string, unknown>[];
  /** The same as it was written. */
  rawLog: () => readonly string[];
  /** Waits for a log line, since the line of a request is written after its answer. */
  logged: (matches: (line: Record<string, unknown>) => boolean) => Promise<Record<string, unknown>>;
  call: (path: string, options?: Call) => Promise<Answer>;
  close: () => Promise<void>;
}

class TestRoot {}

/** nestjs-pino keeps one logger per process, the first application's: later ones in the same file write here, too. */
const written: string[] = [];

/** A small Nest application with the real HTTP set-up, metrics and log, on a free port. */
export async function startHttpApp(metadata: ModuleMetadata, env: Record<string, string> = {}): Promise<HttpApp> {
  const config = loadConfig({
    RONDO_ENV_FILE: '',
    DATABASE_URL: 'sqlite::memory:',
    GROQ_API_KEY: 'gsk_test_key_of_groq',
    ...env,
  });
  const firstLine = written.length;
  const rawLog = () => written.slice(firstLine);
  const imports = [
    ConfigModule.forRoot(config),
    LifecycleModule,
    MetricsModule,
    HttpModule,
    IdentityModule,
    loggingModule({ write: (line) => void written.push(line) }),
  ];
  const nest = await NestFactory.create<NestExpressApplication>(
    {
      module: TestRoot,
      ...metadata,
      imports: [...imports, ...(metadata.imports ?? [])],
      controllers: [MetricsController, ...(metadata.controllers ?? [])],
    },
    { bodyParser: false, bufferLogs: true, abortOnError: false, forceCloseConnections: true },
  );
  nest.useLogger(nest.get(Logger));
  setUpHttp(nest, config.http, nest.get(Metrics));
  await nest.listen(0, '127.0.0.1');
  const url = (await nest.getUrl()).replace('[::1]', '127.0.0.1');
  const log = () => rawLog().map((line) => JSON.parse(line) as Record<string, unknown>);
  return {
    url,
    nest,
    log,
    rawLog,
    logged: (matches) => poll(() => log().find(matches)),
    call: (path, options) => call(`${url}${path}`, options),
    close: () => nest.close(),
  };
}

/** One request; unlike `fetch`, it lets a test choose Host and Origin. */
export async function call(url: string, { method = 'GET', headers = {}, body, json }: Call = {}): Promise<Answer> {
  const sent = json === undefined ? body : JSON.stringify(json);
  const type = json === undefined ? {} : { 'content-type': 'application/json' };
  const response = await request(url, { method, headers: { ...type, ...headers }, body: sent ?? null });
  const text = await response.body.text();
  return {
    status: response.statusCode,
    headers: response.headers,
    text,
    json: () => JSON.parse(text) as Record<string, unknown>,
  };
}

/** Asks until there is an answer, for at most five seconds. */
export async function poll<T>(ask: () => T | undefined | Promise<T | undefined>): Promise<T> {
  const deadline = performance.now() + 5_000;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (performance.now() > deadline) throw new Error('waited for five seconds in vain');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
