import type { RequestHandler } from 'express';
import type { Metrics } from '../metrics/metrics.js';
import { routeTemplate } from './route-template.js';

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);
/** nginx' status for a client that left before there was an answer. */
const CLIENT_LEFT = '499';

/**
 * Observes `http_server_request_duration_seconds` for every request, whoever answered it: a controller, a guard, a
 * filter or nobody. An event stream counts when it closes.
 */
export function httpMetrics(metrics: Metrics): RequestHandler {
  return (request, response, next) => {
    const start = performance.now();
    response.once('close', () => {
      const method = METHODS.has(request.method) ? request.method : '_OTHER';
      const status = response.headersSent ? String(response.statusCode) : CLIENT_LEFT;
      metrics
        .histogram('http_server_request_duration_seconds', {
          http_request_method: method,
          http_route: routeTemplate(request),
          http_response_status_code: status,
        })
        .observe((performance.now() - start) / 1000);
    });
    next();
  };
}
