import { AsyncResource } from 'node:async_hooks';
import { Logger } from '@nestjs/common';
import type { RequestHandler, Response } from 'express';
import type { OpenAiErrorCode } from '../wire/openai-error.js';
import { requestIdOf } from './request-id.js';
import { isProbe, routeTemplate } from './route-template.js';

const log = new Logger('Http');

/** Whoever answers with an error notes its code for the line of the request. */
export function noteErrorCode(response: Response, code: OpenAiErrorCode): void {
  response.locals['errorCode'] = code;
}

/**
 * One line per request, when its response is over. The route stands for the path: paths and queries hold ids of users,
 * sessions and answers. Bodies are never logged.
 */
export const requestLog: RequestHandler = (request, response, next) => {
  const start = performance.now();
  const probe = isProbe(request);
  const write = (): void => {
    const answerId = response.getHeader('X-Answer-Id');
    const code: unknown = response.locals['errorCode'];
    const line = {
      request_id: requestIdOf(request),
      method: request.method,
      route: routeTemplate(request),
      status: response.statusCode,
      ...(typeof code === 'string' ? { code } : {}),
      duration_ms: Math.round(performance.now() - start),
      ...(typeof answerId === 'string' ? { answer_id: answerId } : {}),
      ...(response.writableFinished ? {} : { cut: true }),
    };
    if (probe) log.debug(line, 'request');
    else if (response.statusCode >= 500) log.warn(line, 'request');
    else log.log(line, 'request');
  };
  // Outside the request's own log context, which would name the request a second time.
  response.once('close', AsyncResource.bind(write));
  next();
};
