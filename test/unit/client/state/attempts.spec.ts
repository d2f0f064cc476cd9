import { describe, expect, it } from '@jest/globals';
import { answerOf, NEW_ANSWER, reduceAnswer, type AnswerState } from '../../../../client/src/state/answer-state.js';
import { authorOf, trailOf } from '../../../../client/src/state/attempts.js';
import {
  errorEvent,
  type AnswerEvent,
  type AttemptReason,
  type ErrorCode,
  type ProviderReason,
} from '../../../../src/wire/answer-event.js';
import type { Message, MessageAttempt } from '../../../../src/wire/message.js';

/** An answer as readers of its stream were told of it, and as the history tells it. */
interface Told {
  readonly events: readonly AnswerEvent[];
  readonly message: Message;
}

const asked = (provider: string, reason: ProviderReason = 'selected', code?: ErrorCode): AnswerEvent => ({
  type: 'provider',
  provider,
  model: `${provider}-1`,
  reason,
  ...(code ? { from: 'other', code } : {}),
});
const text: AnswerEvent = { type: 'delta', content: 'text' };
const thought: AnswerEvent = { type: 'reasoning', content: 'hm' };

const attempt = (
  provider: string,
  reason: AttemptReason,
  outcome: MessageAttempt['outcome'],
  code?: ErrorCode,
): MessageAttempt => ({
  provider,
  model: `${provider}-1`,
  reason,
  outcome,
  duration_ms: 5,
  ...(code ? { code } : {}),
});
const stored = (provider: string | undefined, attempts: MessageAttempt[], more: Partial<Message> = {}): Message => ({
  id: 'x',
  role: 'assistant',
  content: 'text',
  created_at: '2026-01-01T00:00:00Z',
  status: 'complete',
  ...(provider === undefined ? {} : { provider, model: `${provider}-1` }),
  attempts,
  ...more,
});
const failed = (code: ErrorCode, content = ''): Partial<Message> => {
  const { type: _, ...error } = errorEvent(code, 'Broken.');
  return { status: 'failed', content, error };
};

const shown = (state: AnswerState): object => ({
  trail: trailOf(state).map(({ provider, failure }) => [provider, failure]),
  author: authorOf(state)?.model,
});

const CASES: [string, Told, { trail: [string, string | undefined][]; author: string | undefined }][] = [
  [
    'one provider',
    { events: [asked('groq'), text], message: stored('groq', [attempt('groq', 'selected', 'ok')]) },
    { trail: [['groq', undefined]], author: 'groq-1' },
  ],
  [
    'a failure before the first word',
    {
      events: [asked('groq'), asked('mistral', 'failover', 'provider_rate_limited'), text],
      message: stored('mistral', [
        attempt('groq', 'selected', 'failed', 'provider_rate_limited'),
        attempt('mistral', 'failover', 'ok'),
      ]),
    },
    {
      trail: [
        ['groq', 'provider_rate_limited'],
        ['mistral', undefined],
      ],
      author: 'mistral-1',
    },
  ],
  [
    'a second try that nobody heard, whose failure readers are not told of',
    {
      events: [asked('groq'), asked('mistral', 'failover', 'provider_unavailable'), text],
      message: stored('mistral', [
        attempt('groq', 'selected', 'failed', 'provider_unavailable'),
        attempt('groq', 'retry', 'failed', 'provider_timeout'),
        attempt('mistral', 'failover', 'ok'),
      ]),
    },
    {
      trail: [
        ['groq', 'provider_unavailable'],
        ['mistral', undefined],
      ],
      author: 'mistral-1',
    },
  ],
  [
    'a second try that wrote the answer',
    {
      events: [asked('groq'), text],
      message: stored('groq', [
        attempt('groq', 'selected', 'failed', 'provider_unavailable'),
        attempt('groq', 'retry', 'ok'),
      ]),
    },
    { trail: [['groq', undefined]], author: 'groq-1' },
  ],
  [
    'a race that the first provider won',
    {
      events: [asked('mistral'), text],
      message: stored('mistral', [attempt('mistral', 'selected', 'ok'), attempt('groq', 'hedge', 'cancelled')]),
    },
    { trail: [['mistral', undefined]], author: 'mistral-1' },
  ],
  [
    'a race that the second provider won',
    {
      events: [asked('groq'), asked('mistral', 'hedged'), text],
      message: stored('mistral', [attempt('groq', 'selected', 'cancelled'), attempt('mistral', 'hedged', 'ok')]),
    },
    {
      trail: [
        ['groq', 'hedged'],
        ['mistral', undefined],
      ],
      author: 'mistral-1',
    },
  ],
  [
    'an answer that another provider went on with',
    {
      events: [asked('groq'), text, asked('mistral', 'continued', 'provider_bad_response'), text],
      message: stored('mistral', [
        attempt('groq', 'selected', 'failed', 'provider_bad_response'),
        attempt('mistral', 'continued', 'ok'),
      ]),
    },
    {
      trail: [
        ['groq', 'provider_bad_response'],
        ['mistral', undefined],
      ],
      author: 'mistral-1',
    },
  ],
  [
    'an answer that others could only think about going on with',
    {
      events: [
        asked('groq'),
        text,
        asked('mistral', 'continued', 'provider_unavailable'),
        thought,
        errorEvent('all_providers_failed', 'Broken.'),
      ],
      message: stored(
        'groq',
        [
          attempt('groq', 'selected', 'failed', 'provider_unavailable'),
          attempt('mistral', 'continued', 'failed', 'provider_timeout'),
          attempt('deepseek', 'retry', 'failed', 'provider_timeout'),
        ],
        { ...failed('all_providers_failed', 'text'), reasoning: 'hm' },
      ),
    },
    {
      trail: [
        ['groq', 'provider_unavailable'],
        ['mistral', 'failover'],
      ],
      author: 'groq-1',
    },
  ],
  [
    'an answer that nobody could give',
    {
      events: [
        asked('groq'),
        asked('mistral', 'failover', 'provider_timeout'),
        errorEvent('all_providers_failed', 'Broken.'),
      ],
      message: stored(
        'mistral',
        [
          attempt('groq', 'selected', 'failed', 'provider_timeout'),
          attempt('mistral', 'failover', 'failed', 'provider_auth'),
        ],
        failed('all_providers_failed'),
      ),
    },
    {
      trail: [
        ['groq', 'provider_timeout'],
        ['mistral', 'failover'],
      ],
      author: 'mistral-1',
    },
  ],
  [
    'an answer that the end of the process cut short',
    {
      events: [asked('groq'), text, errorEvent('interrupted', 'Stopped.')],
      message: stored(
        'groq',
        [attempt('groq', 'selected', 'failed', 'interrupted'), attempt('mistral', 'hedge', 'cancelled')],
        { ...failed('interrupted', 'text'), status: 'interrupted' },
      ),
    },
    { trail: [['groq', undefined]], author: 'groq-1' },
  ],
  [
    'an answer that was stopped between two rounds',
    {
      events: [asked('groq'), { type: 'done', finish_reason: 'stopped', message_id: 'x' }],
      message: stored('groq', [attempt('groq', 'selected', 'failed', 'provider_unavailable')], {
        status: 'stopped',
        content: '',
      }),
    },
    { trail: [['groq', undefined]], author: 'groq-1' },
  ],
];

describe('the trail of an answer', () => {
  it.each(CASES)('is the same live and after a reload: %s', (_, { events, message }, expected) => {
    const live = events.reduce((state, event) => reduceAnswer(state, event), NEW_ANSWER);
    expect(shown(live)).toEqual(expected);
    expect(shown(answerOf(message))).toEqual(expected);
  });

  it('names the author while another provider that goes on has said nothing', () => {
    const events = [asked('groq'), text, asked('mistral', 'continued', 'provider_unavailable')];
    const state = events.reduce((before, event) => reduceAnswer(before, event), NEW_ANSWER);
    expect(authorOf(state)?.provider).toBe('groq');
    expect(authorOf(reduceAnswer(state, text))?.provider).toBe('mistral');
  });

  it('is the author alone where the history has no attempts', () => {
    expect(shown(answerOf(stored('groq', [])))).toEqual({ trail: [['groq', undefined]], author: 'groq-1' });
    expect(shown(answerOf(stored(undefined, [])))).toEqual({ trail: [], author: undefined });
  });
});
