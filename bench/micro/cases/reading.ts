import { PASS_ALL } from '../../../src/providers/dialects/continuation/text-filter.js';
import { CompletionReader } from '../../../src/providers/dialects/reading/completion-reader.js';
import { SseDecoder } from '../../../src/providers/upstream/decode-sse.js';
import { EVENTS, providerEvents, providerReads } from '../events.js';
import type { MicroCase } from '../micro-case.js';

const SHARED_READ = 8;

const single = providerEvents();
const shared = providerReads(SHARED_READ);

export const DECODE: MicroCase = {
  name: 'decode',
  what: 'bytes of a read → Server-Sent Event; one event a read',
  events: EVENTS,
  batch: () => decode(single),
};

export const DECODE_SHARED: MicroCase = {
  name: `decode ×${SHARED_READ}`,
  what: `the same, ${SHARED_READ} events a read, as from a fast provider`,
  events: EVENTS,
  batch: () => decode(shared),
};

export const TRANSLATE: MicroCase = {
  name: 'translate',
  what: 'bytes of a read → parts of an answer, decoding included; one event a read',
  events: EVENTS,
  batch: () => translate(single),
};

export const TRANSLATE_SHARED: MicroCase = {
  name: `translate ×${SHARED_READ}`,
  what: `the same, ${SHARED_READ} events a read`,
  events: EVENTS,
  batch: () => translate(shared),
};

function decode(reads: readonly Buffer[]): void {
  const decoder = new SseDecoder();
  let events = 0;
  for (const read of reads) events += decoder.push(read).length;
  if (events !== EVENTS) throw new Error(`decoded ${events} events of ${EVENTS}`);
}

function translate(reads: readonly Buffer[]): void {
  const reader = new CompletionReader(PASS_ALL);
  let parts = 0;
  for (const read of reads) parts += reader.push([read]).length;
  if (parts !== reads.length) throw new Error(`${parts} parts of ${reads.length} reads`);
}
