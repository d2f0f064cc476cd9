import { describe, expect, it } from '@jest/globals';
import { addressOf, routeOf } from '../../../../client/src/state/route.js';

describe('the address of a session', () => {
  it.each(['abc', 'a:b|c', 'me@example.org', 'x+y=z~1'])('leads back to %s, and to a message in it', (id) => {
    expect(routeOf(addressOf({ sessionId: id }))).toEqual({ sessionId: id });
    const both = { sessionId: id, messageId: `${id}-2` };
    expect(routeOf(addressOf(both))).toEqual(both);
  });

  it.each(['-a', '_a', 'a-b_c'])('leads to a message whose id is %s, as the service may choose it', (messageId) => {
    expect(routeOf(addressOf({ sessionId: 'a', messageId }))).toEqual({ sessionId: 'a', messageId });
  });

  it.each(['', '#/', '#/s/', '#/s/%', '#/s/a%2Fb', '#/s/%3Cscript%3E', '#other', '#/s/a/b/c'])(
    'is none in "%s"',
    (hash) => {
      expect(routeOf(hash)).toBeUndefined();
    },
  );
});
