import { EventEmitter } from 'node:events';
import { FaultList } from '../faults/fault-list.js';
import { RequestLog } from './request-log.js';
import type { Dialect } from '../dialects/dialect.js';
import type { ProviderSettings } from '../settings.js';

/** What decides how one provider answers, and what it was asked. */
export class ProviderState {
  readonly faults = new FaultList();
  readonly log = new RequestLog();
  /** Emits `resume` for the streams that a `stall` holds. */
  readonly control = new EventEmitter<{ resume: [] }>().setMaxListeners(0);

  constructor(
    readonly dialect: Dialect,
    public settings: ProviderSettings,
  ) {}
}
