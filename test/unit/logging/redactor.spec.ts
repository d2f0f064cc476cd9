import { describe, expect, it } from '@jest/globals';
import { redactor } from '../../../src/logging/redactor.js';

describe('the redactor', () => {
  it('blanks a secret as it is, as JSON escapes it, as a URL does, and in base64', () => {
    const secret = 'se"cr/et key';
    const redact = redactor([secret]);
    const forms = [JSON.stringify(secret), encodeURIComponent(secret), Buffer.from(secret).toString('base64')];
    expect(redact(forms.join(' '))).toBe('"[redacted]" [redacted] [redacted]');
  });

  it('blanks the longer of two secrets that share a beginning', () => {
    expect(redactor(['secret', 'secret-and-more'])('secret-and-more, secret')).toBe('[redacted], [redacted]');
  });

  it('leaves words alone that are as short as a bad secret', () => {
    expect(redactor(['', 'a', 'info'])('{"level":"info","a":1}')).toBe('{"level":"info","a":1}');
  });

  it('blanks the credentials of any URL and any bearer token', () => {
    const redact = redactor([]);
    expect(redact('https://ada:love@host/x?y=a@b')).toBe('https://[redacted]@host/x?y=a@b');
    expect(redact('authorization: bearer abc.def-1"')).toBe('authorization: bearer [redacted]"');
    expect(redact('https://host/path@version')).toBe('https://host/path@version');
  });

  it('takes no longer for hostile text than for any other', () => {
    const redact = redactor(['a-secret']);
    const start = performance.now();
    redact('http://'.repeat(20_000));
    redact(`http://${'a'.repeat(200_000)}`);
    redact('a'.repeat(200_000));
    expect(performance.now() - start).toBeLessThan(500);
  });
});
