import { parentPort } from 'node:worker_threads';
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';

/** What people write is text, also where it looks like one of the tokenizer's control tokens. */
const AS_TEXT = { allowedSpecial: new Set<string>(), disallowedSpecial: new Set<string>() };

/** The thread's only work: a text's runs in, their token count out. See `o200k.counter.ts`. */
parentPort?.on('message', (runs: readonly string[]) => {
  let tokens = 0;
  for (const run of runs) tokens += countTokens(run, AS_TEXT);
  parentPort?.postMessage(tokens);
});
