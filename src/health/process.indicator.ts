import { Injectable } from '@nestjs/common';
import { HealthIndicatorService, type HealthIndicatorResult } from '@nestjs/terminus';
import { Draining } from '../lifecycle/draining.js';

/** Down while the process starts or drains. */
@Injectable()
export class ProcessIndicator {
  constructor(
    private readonly indicators: HealthIndicatorService,
    private readonly lifecycle: Draining,
  ) {}

  check(): HealthIndicatorResult {
    const session = this.indicators.check('process');
    if (this.lifecycle.ready) return session.up();
    return session.down(this.lifecycle.draining ? 'draining' : 'starting');
  }
}
