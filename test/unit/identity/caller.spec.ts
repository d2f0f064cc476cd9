import { Controller, Get, HttpCode, Post } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Access } from '../../../src/identity/access.js';
import { CurrentCaller, sessionOf, userOf, type Caller } from '../../../src/identity/caller.js';
import { expectProblem } from '../../support/expect-problem.js';
import { startHttpApp, type HttpApp } from '../../support/http-app.js';

@Access('chat', { claim: 'query' })
@Controller()
class WhoController {
  @Get('query')
  byQuery(@CurrentCaller() caller: Caller): Caller {
    return caller;
  }

  @Access('chat', { claim: 'body' })
  @HttpCode(200)
  @Post('body')
  byBody(@CurrentCaller() caller: Caller): Caller {
    return caller;
  }

  @Access('chat', { claim: 'body', field: 'user' })
  @HttpCode(200)
  @Post('other-field')
  byOtherField(@CurrentCaller() caller: Caller): Caller {
    return caller;
  }

  @Access('open')
  @Get('open')
  open(@CurrentCaller() caller: Caller): Caller {
    return caller;
  }

  @Access('open')
  @Get('own')
  own(@CurrentCaller() caller: Caller): unknown {
    return sessionOf(caller, 'first');
  }
}

describe('the caller of a request', () => {
  let app: HttpApp;
  beforeAll(async () => {
    app = await startHttpApp({ controllers: [WhoController] });
  });
  afterAll(() => app.close());

  const post = async (path: string, json: unknown) => (await app.call(path, { method: 'POST', json })).json();

  it('is the user that the request claims, where its route says so', async () => {
    expect((await app.call('/query?user_id=ada')).json()).toEqual({ userId: 'ada' });
    expect(await post('/body', { user_id: 'ada', user: 'eve' })).toEqual({ userId: 'ada' });
    expect(await post('/other-field', { user_id: 'eve', user: 'ada' })).toEqual({ userId: 'ada' });
  });

  it('is nobody where the claim is elsewhere, or the route takes none', async () => {
    expect((await app.call('/open?user_id=ada')).json()).toEqual({});
    expect((await app.call('/query', { json: { user_id: 'ada' } })).json()).toEqual({});
    expect(await post('/body?user_id=ada', {})).toEqual({});
  });

  it.each([[['ada']], [{ id: 'ada' }], [7], [''], ['-ada'], ['a'.repeat(129)], ['a\nb'], [null]])(
    'is nobody where the claim is %j',
    async (user_id) => {
      expect(await post('/body', { user_id })).toEqual({});
    },
  );

  it('is nobody where the claim comes twice', async () => {
    expect((await app.call('/query?user_id=ada&user_id=eve')).json()).toEqual({});
  });

  it('has sessions only as a user', async () => {
    expect(sessionOf({ userId: 'ada' }, 'first')).toEqual({ userId: 'ada', sessionId: 'first' });
    expect(userOf({ userId: 'ada' })).toBe('ada');
    expectProblem(await app.call('/own'), 400, 'invalid_request');
  });
});
