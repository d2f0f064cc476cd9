import { describe, expect, it } from '@jest/globals';
import { MESSAGES, allFailedMessage } from '../../../../src/providers/routing/failure-messages.js';

describe('what is said where no provider could answer', () => {
  it('is that the service is not configured correctly, where all keys were refused', () => {
    const message = allFailedMessage(['credentials', 'credentials']);
    expect(message).toContain('not configured correctly');
    expect(message).not.toMatch(/try again/i);
  });

  it('is to try again, where anything else went wrong, too', () => {
    expect(allFailedMessage(['credentials', 'server'])).toBe(MESSAGES.all_providers_failed);
    expect(allFailedMessage([])).toBe(MESSAGES.all_providers_failed);
  });
});
