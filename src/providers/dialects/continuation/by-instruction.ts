import type { Continuation } from '../dialect.js';
import { Evidence } from './evidence.js';
import { OverlapRemoval } from './overlap.js';
import { continuationInstruction } from './quote.js';

/** Any chat model can be asked in words to continue; what it repeats is removed. */
export function continueByInstruction(partial: string): Continuation {
  return {
    turns: [
      { role: 'assistant', content: partial },
      { role: 'user', content: continuationInstruction(partial) },
    ],
    filter: new OverlapRemoval(partial, new Evidence(partial)),
  };
}
