import { describe, expect, it } from '@jest/globals';
import type { FaultSpec } from '../../simulator/provider-simulator.js';
import { eventually } from '../support/eventually.js';
import { ownMs } from '../support/own-time.js';
import { DIALECT_NAMES, useSimulatedDialects } from '../support/simulated-dialects.js';

const { ask, handle, configure, clear } = useSimulatedDialects();

describe.each(DIALECT_NAMES)('%s', (name) => {
  it('answers a question: text, usage, finish, and the request was accepted as it is', async () => {
    const { text, usage, finish, error } = await ask(name, { temperature: 1, maxTokens: 4096 });
    expect(error).toBeUndefined();
    expect(text.length).toBeGreaterThan(100);
    expect(usage?.totalTokens).toBe((usage?.promptTokens ?? 0) + (usage?.completionTokens ?? 0));
    expect(usage?.completionTokens).toBeGreaterThan(0);
    expect(finish).toBe('stop');
    expect(handle(name).requests().at(-1)).toMatchObject({ status: 200, key: 'accepted' });
  });

  it('keeps thinking and answer apart', async () => {
    configure({ reasoning: 'never' });
    const plain = await ask(name);
    configure({ reasoning: 'always' });
    const thinking = await ask(name);
    expect(plain.reasoning).toBe('');
    expect(thinking.reasoning.length).toBeGreaterThan(20);
    expect(thinking.text).toBe(plain.text);
  });

  it('says the same in any framing', async () => {
    const { text } = await ask(name);
    const framings: FaultSpec[] = [
      { kind: 'framing', lineEnd: 'crlf', bom: true },
      { kind: 'framing', lineEnd: 'cr', noSpace: true },
      { kind: 'framing', multiLineData: true, extraFields: true },
      { kind: 'framing', gzip: true },
      { kind: 'framing', noFinalBlankLine: true, splitSeed: 7 },
      { kind: 'framing', splitBytes: 1 },
    ];
    for (const framing of framings) {
      await clear();
      const result = await ask(name, { faults: [framing] });
      expect({ framing, text: result.text, error: result.error }).toEqual({ framing, text, error: undefined });
    }
  });

  it('never cuts a surrogate pair', async () => {
    const { text } = await ask(name);
    configure({ splitSurrogatePairs: true });
    const split = await ask(name);
    expect(split.text).toBe(text);
    expect(split.batches.flat().every((part) => !('text' in part) || part.text.isWellFormed())).toBe(true);
  });

  it.each<FaultSpec>([
    { kind: 'done-without-finish' },
    { kind: 'finish-without-done' },
    { kind: 'text-after-done', text: ' and more' },
    { kind: 'instead-of-stream', body: 'completion-json' },
  ])('is whole in spite of %j', async (fault) => {
    const { text: whole } = await ask(name);
    const { text, error } = await ask(name, { faults: [fault] });
    expect({ text, error }).toEqual({ text: whole, error: undefined });
  });

  it.each<[FaultSpec, number | undefined]>([
    [{ kind: 'usage', mode: 'duplicate' }, 1],
    [{ kind: 'usage', mode: 'growing' }, 1],
    [{ kind: 'usage', mode: 'separate' }, 1],
    [{ kind: 'usage', mode: 'zero' }, 0],
    [{ kind: 'usage', mode: 'null' }, undefined],
    [{ kind: 'usage', mode: 'absent' }, undefined],
  ])('counts usage once: %j', async (fault, factor) => {
    const { usage: normal } = await ask(name);
    const { usage } = await ask(name, { faults: [fault] });
    expect(usage?.totalTokens).toBe(factor === undefined ? undefined : (normal?.totalTokens ?? 0) * factor);
  });

  it('is not broken by tool calls', async () => {
    const { finish, error } = await ask(name, { faults: [{ kind: 'tool-call', afterTokens: 3 }] });
    // The text is the answer: nobody here takes a tool call.
    expect({ finish, error }).toEqual({ finish: 'stop', error: undefined });
  });

  it('makes text of NULs, halves and very long lines', async () => {
    const fault = { kind: 'text', nul: true, loneSurrogate: true, longLineBytes: 5_000_000, afterTokens: 3 } as const;
    const strange = await ask(name, { faults: [fault] });
    expect(strange.error).toBeUndefined();
    expect(strange.text.length).toBeGreaterThan(4_500_000);
    expect(strange.text).not.toContain('\0');
    expect(strange.text.isWellFormed()).toBe(true);
  });

  it('closes the socket within 100 ms of being cancelled', async () => {
    await handle(name).fault({ kind: 'pace', firstTokenMs: 5, tokenMs: 20 });
    const reason = new Error('the reader left');
    const cancel = new AbortController();
    const cancelled = Promise.withResolvers<void>();
    const onParts = (): void => {
      cancel.abort(reason);
      cancelled.resolve();
    };
    const asked = ask(name, { signal: cancel.signal, onParts });
    await cancelled.promise;
    const took = await ownMs(() => eventually(() => handle(name).requests().at(-1)?.closedByClientAt));
    expect(took).toBeLessThan(100);
    expect((await asked).error).toBe(reason);
  });
});
