import type { RequestHandler } from 'express';
import type { HttpConfig } from '../config/app-config.js';
import { isLoopback } from '../config/loopback.js';
import { ProblemException } from './problem.exception.js';
import { isProbe } from './route-template.js';

/**
 * Answers only under names that are ours. A page whose name was pointed at this machine after it loaded (DNS rebinding)
 * sends its own name as Host; 421 keeps it out. Ports don't matter: they say nothing about who serves the page.
 * Health and metrics are for probes, which call by address. `X-Forwarded-Host` counts only where `TRUST_PROXY` says so.
 */
export function hostGuard({ publicUrls, corsOrigins }: HttpConfig): RequestHandler {
  const names = new Set([...publicUrls, ...corsOrigins].map((origin) => new URL(origin).hostname));

  return (request, _response, next) => {
    // Express types it as always there; a request of HTTP/1.0 may have no Host at all.
    const host = ((request.hostname as string | undefined) ?? '').toLowerCase();
    if (isLoopback(host) || names.has(host) || isProbe(request)) next();
    else next(new ProblemException({ status: 421, code: 'host_not_allowed', detail: REFUSAL }));
  };
}

const REFUSAL =
  'This service does not answer under the host name of this request. Set PUBLIC_URL to the addresses that people use.';
