// Suites that time real processes and a real browser share a few cores with each other and with strangers. A test that
// fails is shown and tried once more; one that fails twice has failed.
import { jest } from '@jest/globals';

jest.retryTimes(1, { logErrorsBeforeRetry: true });
