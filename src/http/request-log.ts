import { AsyncResource } from 'node:async_hooks';
import { Logger } from '@nestjs/common';
import type { RequestHandler } from 'express';
import { requestIdOf } from './request-id.js';
import { isProbe, routeTemplate } from './route-template.js';

const log = new Logger('Http');

declare module 'express-serve-static-core' {
  interface Response {
    /** What went wrong, for the log line of the request. Set by whoever answers with an error. */
    errorCode?: string;
  }
}

/**
 * Writes one line per request when its response is over. It names the route and not the path: paths and queries hold
 * ids of users, sessions and answers. Bodies are never logged.
 */
export const requestLog: RequestHandler = (request, response, next) => {
  const start = performance.now();
  const probe = isProbe(request);
  const write = (): void => {
    const answerId = response.getHeader('X-Answer-Id');
    const { errorCode: code } = response;
    const line = {
      request_id: requestIdOf(request),
      method: request.method,
      route: routeTemplate(request),
      status: response.statusCode,
      ...(code === undefined ? {} : { code }),
      duration_ms: Math.round(performance.now() - start),
      ...(typeof answerId === 'string' ? { answer_id: answerId } : {}),
      ...(response.writableFinished ? {} : { cut: true }),
    };
    if (probe) log.debug(line, 'request');
    else if (response.statusCode >= 500) log.warn(line, 'request');
    else log.log(line, 'request');
  };
  // Outside the request's log context, which would name the request a second time.
  response.once('close', AsyncResource.bind(write));
  next();
};
