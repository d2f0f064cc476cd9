import { describe, expect, it } from '@jest/globals';
import { addressOf, routeOf } from '../../../../client/src/state/route.js';

describe('the address of a session', () => {
  it.each(['abc', 'a:b|c', 'me@example.org', 'x+y=z~1'])('leads back to %s, and to a message in it', (id) => {
    expect(routeOf(addressOf({ sessionId: id }))).toEqual({ sessionId: id });
    const both = { sessionId: id, messageId: 'yO2hY4tyByelobrhe-hemAWf' };
    expect(routeOf(addressOf(both))).toEqual(both);
  });

  it.each(['-O2hY4tyByelobrhe-hemAWf', '_O2hY4tyByelobrhe-hemAWf'])(
    "leads to a message whose id begins with a sign, as one of the service's in 32 does: %s",
    (messageId) => {
      const both = { sessionId: 'abc', messageId };
      expect(routeOf(addressOf(both))).toEqual(both);
    },
  );

  it.each(['', '#/', '#/s/', '#/s/%', '#/s/a%2Fb', '#/s/%3Cscript%3E', '#other', '#/s/a/b/c'])(
    'is none in "%s"',
    (hash) => {
      expect(routeOf(hash)).toBeUndefined();
    },
  );
});
