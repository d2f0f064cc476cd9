import type { Request } from 'express';

const NONE = 'other';

/**
 * The route of a request as its template: `/rr-chat/stream/:answer_id`. It is the route that answered, or the one of
 * the path where the request was refused earlier. `other` where there is none, so that no invented path becomes a label
 * or a log field. Known only once the response is over.
 */
export function routeTemplate(request: Request): string {
  const route: unknown = request.route;
  if (typeof route === 'object' && route !== null && 'path' in route) return templateIn(route.path) ?? NONE;
  // A handler that is mounted on a path removes that path.
  const path = request.baseUrl + request.path;
  const templates = request.app.router.stack.flatMap((layer) => templateIn(layer.route?.path) ?? []);
  return templates.find((template) => fits(path, template)) ?? NONE;
}

function templateIn(path: unknown): string | undefined {
  return typeof path === 'string' && !path.includes('*') ? path : undefined;
}

/** Compares as Express does: case and a slash at the end are ignored. */
function fits(path: string, template: string): boolean {
  const steps = stepsOf(path);
  const wanted = stepsOf(template);
  if (steps.length !== wanted.length) return false;
  return wanted.every((step, at) => (step.startsWith(':') ? steps[at] !== '' : steps[at] === step));
}

function stepsOf(path: string): string[] {
  return path.toLowerCase().replace(/\/$/, '').split('/');
}

/** Probes and scrapes come every few seconds: they are logged at `debug`, and any Host may send them. */
export function isProbe({ path }: Pick<Request, 'path'>): boolean {
  return path === '/metrics' || path === '/health' || path.startsWith('/health/');
}
