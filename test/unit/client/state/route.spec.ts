import { describe, expect, it } from '@jest/globals';
import { sessionHash, sessionInHash } from '../../../../client/src/state/route.js';

describe('the address of a session', () => {
  it.each(['abc', 'a:b|c', 'me@example.org', 'x+y=z~1'])('leads back to %s', (id) => {
    expect(sessionInHash(sessionHash(id))).toBe(id);
  });

  it.each(['', '#/', '#/s/', '#/s/%', '#/s/a%2Fb', '#/s/%3Cscript%3E', '#other'])('is none in "%s"', (hash) => {
    expect(sessionInHash(hash)).toBeUndefined();
  });
});
