import { answerBytes } from '../upstream/answer-bytes.js';

export const EVENTS = 2000;

/** A provider's text events as they are read from its response, each in a buffer of its own. */
export function providerEvents(): Buffer[] {
  return answerBytes(EVENTS + 1).tokens.map(withoutFraming);
}

/** The same in reads of `together` events. */
export function providerReads(together: number): Buffer[] {
  const events = providerEvents();
  return Array.from({ length: Math.ceil(events.length / together) }, (_, read) =>
    Buffer.concat(events.slice(read * together, (read + 1) * together)),
  );
}

/** Of a chunked body only what is in the chunk. */
function withoutFraming(chunk: Buffer): Buffer {
  return chunk.subarray(chunk.indexOf('\r\n') + 2, -2);
}
