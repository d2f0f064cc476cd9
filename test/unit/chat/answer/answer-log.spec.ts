import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { AnswerLog, SLICE_CHARS } from '../../../../src/chat/answer/answer-log.js';
import type { Frame } from '../../../../src/chat/answer/frame.js';
import { parseCursor, START } from '../../../../src/chat/answer/cursor.js';
import type { AnswerEvent, DoneEvent } from '../../../../src/wire/answer-event.js';

const DONE: DoneEvent = { type: 'done', finish_reason: 'stop', message_id: 'm' };

/** What is there for a reader with this cursor. */
function read(log: AnswerLog, cursor = START): Frame[] {
  return [...log.after(log.positionOf(cursor))];
}

/** What a reader who is there from now on gets. */
function follow(log: AnswerLog, cursor = START): Frame[] {
  const frames: Frame[] = [];
  log.follow({ next: (frame) => frames.push(frame), complete: () => undefined }, log.positionOf(cursor));
  return frames;
}
const cursorOf = (frame: Frame) => parseCursor(frame.id)!;
const eventOf = (frame: Frame) => JSON.parse(frame.data) as AnswerEvent;

/** What a reader made of its frames: text, reasoning, and the other events in order. */
function understood(frames: readonly Frame[]) {
  const list = frames.map(eventOf);
  const join = (type: string) =>
    list.map((event) => (event.type === type && 'content' in event ? event.content : '')).join('');
  return {
    text: join('delta'),
    reasoning: join('reasoning'),
    others: list.filter(({ type }) => type !== 'delta' && type !== 'reasoning'),
  };
}

type Step = { say: 'text' | 'reasoning'; what: string } | { provider: string } | { flush: true };
const steps = fc.array(
  fc.oneof(
    fc.record({
      say: fc.constantFrom('text' as const, 'reasoning' as const),
      what: fc.string({ minLength: 1, unit: 'grapheme' }),
    }),
    fc.record({ provider: fc.constantFrom('a', 'b') }),
    fc.constant({ flush: true as const }),
  ),
  { maxLength: 40 },
);

function play(log: AnswerLog, list: readonly Step[]): void {
  for (const step of list) {
    if ('say' in step) log.append(step.say, step.what);
    else if ('provider' in step)
      log.event({ type: 'provider', provider: step.provider, model: 'm', reason: 'selected' });
    else log.flush();
  }
}

describe('AnswerLog', () => {
  it('gives a reader who resumes after any event exactly what the uncut one got', () => {
    fc.assert(
      fc.property(steps, (list) => {
        const log = new AnswerLog();
        const live = follow(log);
        play(log, list);
        log.close(DONE);
        const uncut = understood(live);
        for (let cut = 0; cut < live.length; cut++) {
          const rest = read(log, cursorOf(live[cut]!));
          const seen = cut === live.length - 1 ? live.slice(0, -1) : live.slice(0, cut + 1);
          expect(understood([...seen, ...rest])).toEqual(uncut);
        }
      }),
    );
  });

  it('gives the same cursor for the same position however the text was cut into deltas', () => {
    const whole = new AnswerLog();
    whole.append('text', 'one two');
    whole.close(DONE);
    const cut = new AnswerLog();
    for (const piece of ['one', ' ', 'two']) {
      cut.append('text', piece);
      cut.flush();
    }
    cut.close(DONE);
    expect(read(cut, parseCursor('0.3.0')).map(eventOf)).toEqual(read(whole, parseCursor('0.3.0')).map(eventOf));
  });

  it('lets text wait for the flush and joins what waited', () => {
    const log = new AnswerLog();
    const frames = follow(log);
    log.append('text', 'a');
    log.append('text', 'b');
    expect(frames).toEqual([]);
    log.flush();
    expect(frames).toMatchObject([{ id: '0.2.0', data: '{"type":"delta","content":"ab"}' }]);
  });

  it('gives two readers the very same frames', () => {
    const log = new AnswerLog();
    const first = follow(log);
    const second = follow(log);
    log.append('text', 'x');
    log.close(DONE);
    expect(first).toHaveLength(2);
    first.forEach((frame, index) => expect(frame).toBe(second[index]));
  });

  it('gives only the closing events to a cursor beyond the end', () => {
    const log = new AnswerLog();
    log.append('text', 'short');
    const usage = { type: 'usage', tokens: 1, accurate: false, prompt_tokens: 0, completion_tokens: 1 } as const;
    log.close(usage, DONE);
    for (const cursor of ['0.999.0', '9.0.0', '0.0.999999'])
      expect(read(log, parseCursor(cursor)).map(eventOf)).toEqual([usage, DONE]);
  });

  it('gives done again to the cursor of done', () => {
    const log = new AnswerLog();
    log.append('text', 'x');
    log.close(DONE);
    const last = read(log).at(-1)!;
    expect(read(log, cursorOf(last))).toEqual([last]);
  });

  it('still tells how it ended to a reader who saw a provider event that a crash kept from the store', () => {
    const restored = new AnswerLog();
    restored.event({ type: 'provider', provider: 'a', model: 'm', reason: 'selected' });
    restored.append('text', 'abc');
    restored.close(DONE);
    expect(read(restored, parseCursor('0.3.2')).map(eventOf)).toEqual([DONE]);
  });

  it('gives only the closing events to a reader with a cursor beyond the end of a running answer', () => {
    const log = new AnswerLog();
    log.append('text', 'short');
    log.flush();
    expect(read(log, parseCursor('0.999.0'))).toEqual([]);
    const frames = follow(log, parseCursor('0.999.0'));
    log.append('text', ' and more');
    log.event({ type: 'provider', provider: 'b', model: 'm', reason: 'continued' });
    log.close(DONE);
    expect(frames.map(eventOf)).toEqual([DONE]);
  });

  it('sends nothing after a reader has left', () => {
    const log = new AnswerLog();
    const got: string[] = [];
    const leave = log.follow({ next: ({ data }) => got.push(data), complete: () => got.push('complete') }, START);
    leave();
    log.append('text', 'x');
    log.close(DONE);
    expect(got).toEqual([]);
  });

  it('gives a long text in slices, from each of which a reader can go on; none ends inside a surrogate pair', () => {
    const text = `${'a'.repeat(SLICE_CHARS - 1)}😀${'é'.repeat(2 * SLICE_CHARS)}`;
    const log = new AnswerLog();
    log.append('reasoning', 'hm');
    log.append('text', text);
    log.close(DONE);
    const frames = read(log);
    expect(frames).toHaveLength(6);
    expect(understood(frames).text).toBe(text);
    frames.slice(0, -1).forEach((frame, index) => {
      expect(frame.after).toEqual(cursorOf(frame));
      expect(frame.data.isWellFormed()).toBe(true);
      expect(frame.data.length).toBeLessThan(SLICE_CHARS + 100);
      expect(read(log, frame.after)).toEqual(frames.slice(index + 1));
    });
  });
});

describe('parseCursor', () => {
  it.each(['', 'x', '1.2', '1.2.3.4', '-1.0.0', '1.2.3 ', '1e3.0.0', '9999999999999999.0.0'])('refuses %j', (value) => {
    expect(parseCursor(value)).toBeUndefined();
  });
});
