import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { AnswerLog } from '../../src/chat/answer/answer-log.js';
import { AnswerWriter } from '../../src/chat/answering/answer-writer.js';
import { MetricsObserver } from '../../src/chat/answering/metrics.observer.js';
import { AnswerUsage } from '../../src/chat/answering/answer-usage.js';
import { RunningAnswer } from '../../src/chat/answer/answer-phases.js';
import { WorkBudget } from '../../src/http/work-budget.js';
import { HistoryWriter } from '../../src/history/history-writer.js';
import { KeyCheck } from '../../src/providers/routing/key-check.js';
import { Arrivals } from '../../src/providers/upstream/arrivals.js';
import { startApp, type RunningApp } from '../support/app.js';
import { freshSession, lastAnswer } from '../support/conversations.js';
import { allEvents, ask, joined, only, type ReceivedEvent } from '../support/events.js';
import { eventually } from '../support/eventually.js';

const TEXT = 'High tide, low tide.';
const DEFECT = new TypeError('a defect that a test has made');
/** A later question of the session holds the one that failed, too. */
const ENDS_IN_TEXT = /High tide, low tide\.$/u;
const fail = (): never => {
  throw DEFECT;
};

let service: RunningApp;
beforeEach(async () => {
  // Looking at keys reads responses, too.
  service = await startApp({ MAX_RUNNING_PER_USER: '1' }, { reasoning: 'never' }, (builder) =>
    builder.overrideProvider(KeyCheck).useValue({}),
  );
});
afterEach(async () => {
  jest.restoreAllMocks();
  await service.close();
});

/** Breaks one step, once. */
const STEPS: [string, () => unknown][] = [
  ['text is appended', () => jest.spyOn(AnswerLog.prototype, 'append').mockImplementationOnce(fail)],
  ['readers get it', () => jest.spyOn(AnswerLog.prototype, 'flush').mockImplementationOnce(fail)],
  ['an attempt is recorded', () => jest.spyOn(AnswerWriter.prototype, 'say').mockImplementationOnce(fail)],
  ['a frame is read', () => jest.spyOn(Arrivals.prototype, 'frameEnded').mockImplementationOnce(fail)],
  ['tokens are counted', () => jest.spyOn(AnswerUsage.prototype, 'isKnown').mockImplementationOnce(fail)],
  ['its record is closed', () => jest.spyOn(RunningAnswer.prototype, 'conclude').mockImplementationOnce(fail)],
  ['it is registered', () => jest.spyOn(HistoryWriter.prototype, 'opened').mockImplementationOnce(fail)],
  ['it is stored', () => jest.spyOn(HistoryWriter.prototype, 'ended').mockImplementationOnce(fail)],
];

/** Steps behind the one that gives the history its end. */
const LATE_STEPS: [string, () => unknown][] = [
  ['the answer is measured', () => jest.spyOn(MetricsObserver.prototype, 'counted').mockImplementationOnce(fail)],
  ['its session is free', () => jest.spyOn(WorkBudget.prototype, 'forgetText').mockImplementationOnce(fail)],
];

describe('a defect of our own', () => {
  it.each(STEPS)('ends one answer as failed and touches nothing else, where %s', async (_, breakStep) => {
    const session = freshSession();
    const asked = { ...session, message: `echo: ${TEXT}` };
    breakStep();
    const list: ReceivedEvent[] = await allEvents(await ask(service.url, asked));
    expect(only(list, 'done').finish_reason).toBe('error');
    if (!list.some(({ type }) => type === 'usage')) expect(only(list, 'error').code).toBe('internal');
    await eventually(async () => (await lastAnswer(service.url, session))?.status === 'failed');
    expect((await lastAnswer(service.url, session))?.error?.code).toBe('internal');

    await expectUntouched(asked);
  });

  it.each(LATE_STEPS)('after the end was recorded leaves it at that, where %s', async (_, breakStep) => {
    const session = freshSession();
    const asked = { ...session, message: `echo: ${TEXT}` };
    breakStep();
    const list = await allEvents(await ask(service.url, asked));
    expect(only(list, 'done').finish_reason).toBe('stop');
    await eventually(async () => (await lastAnswer(service.url, session))?.status === 'complete');
    await expectUntouched(asked);
  });

  /** Providers are well, place and session are free, and the next one in turn is asked. */
  async function expectUntouched(asked: Record<string, unknown>): Promise<void> {
    const states = (await (await fetch(`${service.url}/providers`)).json()) as { providers: { state: string }[] };
    expect(states.providers.map(({ state }) => state)).toEqual(['up', 'up', 'up']);
    const next = await allEvents(await ask(service.url, asked));
    // Answers of one session share a place.
    const elsewhere = await ask(service.url, { ...asked, session_id: 'elsewhere' });
    expect(joined(await allEvents(elsewhere))).toBe(TEXT);
    expect(joined(next)).toMatch(ENDS_IN_TEXT);
    expect(next[0]).toMatchObject({ type: 'provider', provider: 'mistral', reason: 'selected' });
  }
});
