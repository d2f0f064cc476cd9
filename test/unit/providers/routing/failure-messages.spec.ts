import { describe, expect, it } from '@jest/globals';
import { MESSAGES, allFailedMessage } from '../../../../src/providers/routing/failure-messages.js';

describe('the message where no provider could answer', () => {
  it('says that the service is not configured correctly, where all keys were refused', () => {
    const refused = { kind: 'credentials', unusable: true } as const;
    const message = allFailedMessage([refused, refused]);
    expect(message).toContain('not configured correctly');
    expect(message).not.toMatch(/try again/i);
  });

  it('says to try again, where anything else failed, too', () => {
    const refused = { kind: 'credentials', unusable: true } as const;
    const away = { kind: 'server', unusable: false } as const;
    // A 403 may be meant for one caller alone.
    const forbidden = { kind: 'credentials', unusable: false } as const;
    for (const other of [away, forbidden])
      expect(allFailedMessage([refused, other])).toBe(MESSAGES.all_providers_failed);
    expect(allFailedMessage([])).toBe(MESSAGES.all_providers_failed);
  });
});
