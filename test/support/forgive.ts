import { ProviderTracker } from '../../src/providers/routing/provider-tracker.js';
import type { RunningApp } from './app.js';

/** Forgets what is held against any provider, so that the next answer begins with the next one in turn. */
export function forgive({ app }: RunningApp): void {
  const tracker = app.get(ProviderTracker);
  for (const { name } of tracker.list()) tracker.succeeded(name, performance.now());
}
