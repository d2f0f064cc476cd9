import path from 'node:path';

/** The environment that loads `test/fixtures/process/<module>` into the service before its own code. */
export function preloading(module: string): Record<string, string> {
  return { NODE_OPTIONS: `--import=${path.resolve(import.meta.dirname, '../fixtures/process', module)}` };
}
