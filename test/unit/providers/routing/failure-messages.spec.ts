import { describe, expect, it } from '@jest/globals';
import { MESSAGES, allFailedMessage } from '../../../../src/providers/routing/failure-messages.js';

describe('what is said where no provider could answer', () => {
  it('is that the service is not configured correctly, where all keys were refused', () => {
    const refused = { kind: 'credentials', unusable: true } as const;
    const message = allFailedMessage([refused, refused]);
    expect(message).toContain('not configured correctly');
    expect(message).not.toMatch(/try again/i);
  });

  it('is to try again, where anything else went wrong, too', () => {
    const refused = { kind: 'credentials', unusable: true } as const;
    const away = { kind: 'server', unusable: false } as const;
    // A 403 may be meant for one caller alone.
    const forbidden = { kind: 'credentials', unusable: false } as const;
    for (const other of [away, forbidden])
      expect(allFailedMessage([refused, other])).toBe(MESSAGES.all_providers_failed);
    expect(allFailedMessage([])).toBe(MESSAGES.all_providers_failed);
  });
});
