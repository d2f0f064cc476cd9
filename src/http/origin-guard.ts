import type { Request, RequestHandler, Response } from 'express';
import type { HttpConfig } from '../config/app-config.js';
import { ProblemException } from './problem.exception.js';

const CORS_METHODS = 'GET, HEAD, POST, PATCH, DELETE';
const CORS_REQUEST_HEADERS = 'Content-Type, Last-Event-ID, Idempotency-Key, X-Request-Id, Authorization, X-Session-Id';
const CORS_RESPONSE_HEADERS = 'X-Answer-Id, X-Request-Id, Retry-After, X-Rondo-Provider, X-Rondo-Attempts';
/** Headers in which OpenAI's clients describe themselves. */
const CLIENT_HEADER = /^x-stainless-[a-z-]{1,32}$/;
const PREFLIGHT_SECONDS = '600';
/** Pages that other sites may link to. */
const LINKED_PAGES = new Set(['/', '/docs', '/docs/']);

/**
 * Decides which pages may call: those of this host and port, and those of `PUBLIC_URL` and `CORS_ORIGINS`, which get
 * CORS headers. A page on another port of this machine, and `null` (a sandboxed frame, a file), get 403. Clients other
 * than browsers send no Origin.
 *
 * Browsers send none for links, images and scripts either. From another site's page only links to our pages pass: that
 * page cannot see the response, but it could time it and cause work.
 */
export function originGuard({ publicUrls, corsOrigins }: HttpConfig): RequestHandler {
  const listed = new Set([...publicUrls, ...corsOrigins]);

  return (request, response, next) => {
    if (listed.size > 0) response.vary('Origin');
    const { origin } = request.headers;
    if (origin !== undefined && listed.has(origin)) {
      allow(origin, response);
      if (isPreflight(request)) answerPreflight(request, response);
      else next();
    } else if (origin === undefined ? !isReadForAnotherSite(request) : isOwn(origin, request)) {
      next();
    } else {
      const detail = origin === undefined ? REFUSAL_OF_SITE : REFUSAL;
      next(new ProblemException({ status: 403, code: 'origin_not_allowed', detail }));
    }
  };
}

function isReadForAnotherSite({ method, path, headers }: Request): boolean {
  if (headers['sec-fetch-site'] !== 'cross-site' || (method !== 'GET' && method !== 'HEAD')) return false;
  return headers['sec-fetch-mode'] !== 'navigate' || !LINKED_PAGES.has(path.toLowerCase());
}

/** Ignores the scheme: a proxy may end TLS, and one host and port serves one scheme only. */
function isOwn(origin: string, request: Request): boolean {
  if (!URL.canParse(origin)) return false;
  const { host, protocol } = new URL(origin);
  return (protocol === 'http:' || protocol === 'https:') && host === ownHost(request, protocol);
}

/** The request's Host as `URL` writes it: lower case, without the scheme's own port. */
function ownHost(request: Request, protocol: string): string | undefined {
  const url = `${protocol}//${request.host}`;
  return URL.canParse(url) ? new URL(url).host : undefined;
}

function isPreflight(request: Request): boolean {
  return request.method === 'OPTIONS' && request.headers['access-control-request-method'] !== undefined;
}

function allow(origin: string, response: Response): void {
  response.setHeader('Access-Control-Allow-Origin', origin);
  response.setHeader('Access-Control-Expose-Headers', CORS_RESPONSE_HEADERS);
}

function answerPreflight(request: Request, response: Response): void {
  const asked = request.get('access-control-request-headers')?.toLowerCase().split(/, */) ?? [];
  const headers = [CORS_REQUEST_HEADERS, ...asked.filter((name) => CLIENT_HEADER.test(name))].join(', ');
  response.setHeader('Access-Control-Allow-Methods', CORS_METHODS);
  response.setHeader('Access-Control-Allow-Headers', headers);
  response.setHeader('Access-Control-Max-Age', PREFLIGHT_SECONDS);
  response.status(204).end();
}

const REFUSAL = 'Pages of this origin may not call this service. Add it to CORS_ORIGINS.';
const REFUSAL_OF_SITE = 'Pages of other sites may only link to the pages of this service.';
