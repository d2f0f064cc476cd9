import type { NestApplicationOptions } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { setUpApiDocument } from './http/api-document.js';
import { APP_CONFIG, type AppConfig } from './config/app-config.js';
import { setUpHttp } from './http/http.setup.js';
import { bindFirstSeries } from './metrics/first-series.js';
import { Metrics } from './metrics/metrics.js';

/** How the application is to be created, by `main` and by tests alike. */
export const APP_OPTIONS = {
  // Until the real logger is in place; what goes wrong before is thrown.
  logger: false,
  // http/json-body.ts reads bodies.
  bodyParser: false,
  // Streams have been ended by then; what is left are idle connections.
  forceCloseConnections: true,
  abortOnError: false,
} satisfies NestApplicationOptions;

/** What has to be done to an application before it listens. */
export function setUpApp(app: NestExpressApplication): void {
  const { http, providers } = app.get<AppConfig>(APP_CONFIG);
  const metrics = app.get(Metrics);
  bindFirstSeries(
    metrics,
    providers.map(({ name }) => name),
  );
  setUpHttp(app, http, metrics);
  setUpApiDocument(app);
}
