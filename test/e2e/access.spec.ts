import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Router } from 'express';
import { startApp, type RunningApp } from '../support/app.js';
import { accessOfRoutes } from '../support/controller-routes.js';
import { routesOf } from '../support/routes.js';

/** Each route with whom it is for, and where its requests claim their user. A new route needs a line. */
const ROUTES = {
  'GET /': 'page',
  'GET /assets/:name': 'page',
  'GET /favicon.ico': 'page',
  'GET /favicon.svg': 'page',
  'GET /theme.js': 'page',
  'GET /health': 'open',
  'GET /health/live': 'open',
  'GET /health/ready': 'open',
  'GET /metrics': 'metrics',
  'GET /history': 'chat, query user_id',
  'POST /history': 'chat, body user_id',
  'GET /providers': 'chat',
  'POST /rr-chat': 'chat, body user_id',
  'POST /rr-chat/stream': 'chat, body user_id',
  'GET /rr-chat/stream/:answer_id': 'chat',
  'POST /rr-chat/stream/:answer_id/stop': 'chat',
  'GET /search': 'chat, query user_id',
  'GET /sessions': 'chat, query user_id',
  'PATCH /sessions/:session_id': 'chat, query user_id',
  'DELETE /sessions/:session_id': 'chat, query user_id',
  'POST /v1/chat/completions': 'chat, body user',
  'GET /v1/models': 'chat',
  'GET /v1/models/:model': 'chat',
  'GET /v1/models/*model': 'chat',
};

/** Routes that no controller has, so that no guard sees them: the document of the API and its viewer. They are open. */
const OUTSIDE_CONTROLLERS = /^GET \/(docs(\/.*)?|openapi\.(json|yaml))$/;

describe('access to routes', () => {
  let service: RunningApp;
  beforeAll(async () => {
    service = await startApp();
  });
  afterAll(() => service.close());

  it('is said of every route of every controller', () => {
    expect(accessOfRoutes(service.app)).toEqual(ROUTES);
  });

  it('is open without a guard for the document of the API alone', () => {
    const { router } = service.app.getHttpAdapter().getInstance() as { router: Router };
    const guarded = Object.keys(ROUTES).map((route) => route.replace(/:(\w+)/g, '{$1}'));
    const others = routesOf(router).filter((route) => !guarded.includes(route));
    expect(others.filter((route) => !OUTSIDE_CONTROLLERS.test(route))).toEqual([]);
  });
});
