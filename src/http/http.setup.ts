import type { NestExpressApplication } from '@nestjs/platform-express';
import type { RequestHandler } from 'express';
import type { HttpConfig } from '../config/app-config.js';
import { VERSION } from '../config/version.js';
import type { Metrics } from '../metrics/metrics.js';
import { forwardedFor } from './client-address.js';
import { Doors } from './doors.js';
import { hostGuard } from './host-guard.js';
import { httpMetrics } from './http-metrics.js';
import { jsonBody } from './json-body.js';
import { oneAtATime } from './one-at-a-time.js';
import { originGuard } from './origin-guard.js';
import { ProblemFilter } from './problem.filter.js';
import { requestId } from './request-id.js';
import { requestLog } from './request-log.js';
import { securityHeaders } from './security-headers.js';
import { cutStandstill } from './standstill.js';
import { validationPipe } from './validation.pipe.js';
import { WorkBudget } from './work-budget.js';

/**
 * Sets up what every request passes, in this order. Call it before `app.init()`, on an application that has the
 * HttpModule and was created with `bodyParser: false`.
 */
export function setUpHttp(app: NestExpressApplication, config: HttpConfig, metrics: Metrics): void {
  metrics.gauge('rondo_build_info', { version: VERSION, node: process.version }).set(1);
  app.set('trust proxy', trustProxy(config));
  app.disable('x-powered-by');
  app.disable('etag');
  const budget = app.get(WorkBudget);
  const doors = app.get(Doors);
  app.use(oneAtATime(), cutStandstill, watching(budget));
  app.use(requestId, requestLog, httpMetrics(metrics), securityHeaders, forwardedFor);
  app.use(hostGuard(config), originGuard(config), jsonBody(budget, doors));
  app.useGlobalFilters(new ProblemFilter(doors));
  app.useGlobalPipes(validationPipe());
}

function watching(budget: WorkBudget): RequestHandler {
  return (_request, response, next) => {
    budget.watch(response);
    next();
  };
}

/** Express keeps the list, so it gets a copy. */
function trustProxy({ trustProxy: setting }: HttpConfig): false | number | string[] {
  return typeof setting === 'object' ? [...setting] : setting;
}
