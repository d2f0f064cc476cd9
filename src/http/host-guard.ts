import { isIP } from 'node:net';
import type { RequestHandler } from 'express';
import type { HttpConfig } from '../config/app-config.js';
import { isLoopback, withoutBrackets } from '../config/loopback.js';
import { ProblemException } from './problem.exception.js';
import { isProbe } from './route-template.js';

/**
 * Answers only under this service's host names. After DNS rebinding a page sends its own name as Host; it gets 421.
 * Ports are ignored: they do not say who serves the page. Health and metrics answer any Host, since probes call by
 * address. `X-Forwarded-Host` counts only where `TRUST_PROXY` allows it, and only beside a Host that no such page can
 * have: a page can set that header, but not its Host.
 */
export function hostGuard({ publicUrls, corsOrigins }: HttpConfig): RequestHandler {
  const names = new Set([...publicUrls, ...corsOrigins].map((origin) => new URL(origin).hostname));
  const isOurs = (host: string): boolean => isLoopback(host) || names.has(host);

  return (request, _response, next) => {
    if ((request.headersDistinct.host?.length ?? 0) > 1) {
      next(new ProblemException({ status: 400, code: 'invalid_request', detail: 'A request has one Host.' }));
      return;
    }
    // Express types it as present; an HTTP/1.0 request may have no Host.
    const asked = ((request.hostname as string | undefined) ?? '').toLowerCase();
    const sent = nameIn(request.headers.host ?? '');
    if (isProbe(request) || (isOurs(asked) && (isOurs(sent) || isInside(sent)))) next();
    else next(new ProblemException({ status: 421, code: 'host_not_allowed', detail: REFUSAL }));
  };
}

/** A Host without its port. */
function nameIn(host: string): string {
  return host.toLowerCase().replace(/:\d*$/, '');
}

/** An address, or a name without a dot. Proxies use them for this service; no page on the internet has one. */
function isInside(name: string): boolean {
  return isIP(withoutBrackets(name)) !== 0 || !name.includes('.');
}

const REFUSAL =
  'This service does not answer under the host name of this request. Set PUBLIC_URL to the addresses that people use.';
