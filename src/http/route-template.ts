import type { Request } from 'express';

/**
 * The route that answered, as its template: `/rr-chat/stream/:answer_id`. `other` where none did, so that no path a
 * caller makes up ever becomes a label or a log field. Only known once the request is routed.
 */
export function routeTemplate(request: Request): string {
  const route: unknown = request.route;
  if (typeof route !== 'object' || route === null || !('path' in route)) return 'other';
  const { path } = route;
  return typeof path === 'string' && !path.includes('*') ? path : 'other';
}

/** Probes and scrapes: they come every few seconds, so they are logged at `debug`, and any Host may send them. */
export function isProbe({ path }: Pick<Request, 'path'>): boolean {
  return path === '/metrics' || path === '/health' || path.startsWith('/health/');
}
