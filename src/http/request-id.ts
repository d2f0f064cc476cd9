import type { IncomingMessage } from 'node:http';
import type { RequestHandler } from 'express';
import type {} from 'pino-http';
import { newId } from '../wire/ids.js';

/** A client's own id of a request: nothing that could end a header, a log field or a shell word. */
const REQUEST_ID = /^[A-Za-z0-9._:@|+=/~-]{1,128}$/;

/**
 * Gives every request an id: the client's `X-Request-Id` where it is harmless, else a new one. The response carries it.
 */
export const requestId: RequestHandler = (request, response, next) => {
  const given = request.headers['x-request-id'];
  const id = typeof given === 'string' && REQUEST_ID.test(given) ? given : newId();
  request.id = id;
  response.setHeader('X-Request-Id', id);
  next();
};

/** The id from {@link requestId}; empty where a request never passed it. */
export function requestIdOf(request: IncomingMessage): string {
  return typeof request.id === 'string' ? request.id : '';
}
