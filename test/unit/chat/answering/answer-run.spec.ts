import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { Answer } from '../../../../src/chat/answer/answer.js';
import { OpeningAnswer } from '../../../../src/chat/answer/answer-phases.js';
import { START } from '../../../../src/chat/answer/cursor.js';
import { AnswerObservers } from '../../../../src/chat/answering/answer-observers.js';
import { AnswerRunner } from '../../../../src/chat/answering/answer-run.js';
import { AnswerUsage } from '../../../../src/chat/answering/answer-usage.js';
import { APP_CONFIG } from '../../../../src/config/app-config.js';
import { loadConfig } from '../../../../src/config/environment.js';
import { WorkBudget } from '../../../../src/http/work-budget.js';
import { Lifecycle } from '../../../../src/lifecycle/lifecycle.js';
import type { RelayPart } from '../../../../src/providers/routing/relay-part.js';
import type { RelayTask } from '../../../../src/providers/routing/relay-task.js';
import { Relay } from '../../../../src/providers/routing/relay.js';
import type { AnswerEvent } from '../../../../src/wire/answer-event.js';
import type { AnswerEnd, AnswerObserver, ObservedAttempt } from '../../../../src/wire/answer-observer.js';

const DEFECT = new TypeError('a defect that a test has made');
const SESSION = { userId: 'ada', sessionId: 'first' };
const ATTEMPT = { n: 0, provider: 'groq', model: 'm', reason: 'selected', startedAt: 1, outcome: 'running' } as const;
const SAID: RelayPart[][] = [
  [{ type: 'attempt-started', attempt: ATTEMPT }],
  [{ type: 'reasoning', text: 'Hm. ' }],
  [{ type: 'text', text: 'High tide, ' }],
  [
    { type: 'text', text: 'low tide.' },
    { type: 'attempt-ended', attempt: { ...ATTEMPT, outcome: 'ok', durationMs: 5, timeToFirstTokenMs: 2 } },
    { type: 'finish', reason: 'stop' },
  ],
];

/** Counts what is called while an answer is generated; one of the calls may throw. */
class Steps {
  readonly called: string[] = [];
  isOver = false;

  constructor(readonly broken = Infinity) {}

  /** Has each call of these methods count as a step. */
  watch<T extends object>(target: T, name: string, methods: readonly (keyof T & string)[]): T {
    const watched = methods.map((method) => {
      const original: unknown = target[method];
      const call = (...given: unknown[]): unknown => {
        this.#take(`${name}.${method}`);
        return typeof original === 'function' ? Reflect.apply(original, target, given) : undefined;
      };
      return [method, call] as const;
    });
    return Object.assign(target, Object.fromEntries(watched));
  }

  #take(step: string): void {
    if (this.isOver) return;
    this.called.push(step);
    if (this.called.length - 1 === this.broken) throw DEFECT;
  }
}

/** An answer, what is taken for it, and what observers were told of it. */
interface Ran {
  readonly answer: Answer;
  readonly steps: Steps;
  readonly released: Set<string>;
  readonly ends: AnswerEnd[];
  readonly events: AnswerEvent[];
  readonly attempts: ObservedAttempt[];
}

async function run(steps: Steps, stored = Promise.resolve()): Promise<Ran> {
  const answer = new Answer({ id: 'a', session: SESSION, onDisconnect: 'finish', detachGraceMs: 1, askedAt: 0 });
  const ends: AnswerEnd[] = [];
  const attempts: ObservedAttempt[] = [];
  const heard: Required<AnswerObserver> = {
    opened: () => undefined,
    attemptStarted: () => undefined,
    firstToken: () => undefined,
    attemptEnded: (attempt) => void attempts.push(attempt),
    ended: (end) => void ends.push(end),
    counted: () => undefined,
  };
  const observer = steps.watch(heard, 'observer', [
    'opened',
    'attemptStarted',
    'firstToken',
    'attemptEnded',
    'ended',
    'counted',
  ]);
  const usage = { isKnown: () => false, count: () => Promise.resolve() };
  const relay = {
    relay: async ({ say }: RelayTask): Promise<void> => {
      for (const parts of SAID) {
        await Promise.resolve();
        say(parts);
      }
    },
  };
  const config = loadConfig({ GROQ_API_KEY: 'gsk_test', RONDO_ENV_FILE: '' });
  const module = await Test.createTestingModule({
    providers: [
      AnswerRunner,
      Lifecycle,
      WorkBudget,
      { provide: APP_CONFIG, useValue: config },
      { provide: Relay, useValue: steps.watch(relay, 'relay', ['relay']) },
      { provide: AnswerUsage, useValue: steps.watch(usage, 'usage', ['isKnown', 'count']) },
      // One before and one after the one that breaks: both hear of everything.
      { provide: AnswerObservers, useValue: new AnswerObservers([{}, observer, {}]) },
    ],
  }).compile();
  steps.watch(answer.log, 'log', ['append', 'flush', 'event', 'close']);
  steps.watch(answer.life, 'life', ['enter']);
  const released = new Set<string>();
  const claim = {
    freeSession: () => void released.add('session'),
    end: () => void released.add('running'),
    release: () => void released.add('claim'),
  };
  const taken = new DisposableStack();
  taken.defer(() => void released.add('slot'));
  await module.get(AnswerRunner).run({
    caller: { userId: 'ada' },
    opening: new OpeningAnswer(answer),
    request: { messages: [{ role: 'user', content: 'Tides?' }] },
    stored,
    claim: steps.watch(claim, 'claim', ['freeSession', 'end']),
    taken,
  });
  steps.isOver = true;
  const events = [...answer.log.after(START)].map(({ data }) => JSON.parse(data) as AnswerEvent);
  return { answer, steps, released, ends, events, attempts };
}

describe('a run', () => {
  afterEach(() => void jest.restoreAllMocks());
  const logged = () => jest.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);

  it('tells readers and observers of an answer, and gives back what it took', async () => {
    const { answer, events, ends, released } = await run(new Steps());
    expect(events.map(({ type }) => type)).toEqual(['provider', 'reasoning', 'delta', 'done']);
    expect(ends).toMatchObject([{ status: 'complete', content: 'High tide, low tide.', provider: 'groq' }]);
    expect(answer.life.state).toBe('closed');
    expect([...released].sort()).toEqual(['claim', 'running', 'session', 'slot']);
  });

  it('leaves nothing of an answer whose question could not be stored', async () => {
    const refused = Promise.reject(new Error('disk full'));
    const { answer, ends, events, released, attempts } = await run(new Steps(), refused);
    expect(answer.life.state).toBe('opening');
    expect(ends).toEqual([]);
    // A provider was asked all the same: that is measured, and belongs to no session.
    expect(attempts).toMatchObject([{ answerId: 'a', attempt: { outcome: 'ok' } }]);
    expect(attempts[0]).not.toHaveProperty('session');
    expect(events.some(({ type }) => type === 'done')).toBe(false);
    expect(released).toContain('claim');
    expect(released).toContain('slot');
  });

  it('ends an answer as internal, and says so once, whichever of its steps throws', async () => {
    const { called } = (await run(new Steps())).steps;
    expect(called.length).toBeGreaterThan(25);
    for (const [index, step] of called.entries()) {
      const errors = logged();
      const { answer, events, ends, released } = await run(new Steps(index));
      const done = events.find((event) => event.type === 'done');
      const told = { step, state: answer.life.state, finish: done?.finish_reason, logged: errors.mock.calls.length };
      // Once observers know an end, it stands: what breaks after that is only logged.
      const stands = ends[0]?.status === 'complete';
      expect(told).toEqual({ step, state: 'closed', finish: stands ? 'stop' : 'error', logged: 1 });
      expect(ends.at(-1)).toMatchObject(
        stands ? { status: 'complete' } : { status: 'failed', error: { code: 'internal' } },
      );
      expect(events.at(-1)?.type).toBe('done');
      expect([...released]).toEqual(expect.arrayContaining(['claim', 'slot']));
      errors.mockRestore();
    }
  });
});
