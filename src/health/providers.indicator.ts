import { Injectable } from '@nestjs/common';
import { HealthIndicatorService, type HealthIndicatorResult } from '@nestjs/terminus';
import { ProviderTracker } from '../providers/routing/provider-tracker.js';

/** Down while no provider is up: each is cooling or down, and the next question would be a last resort. */
@Injectable()
export class ProvidersIndicator {
  constructor(
    private readonly indicators: HealthIndicatorService,
    private readonly tracker: ProviderTracker,
  ) {}

  check(): HealthIndicatorResult {
    const session = this.indicators.check('providers');
    const states = this.tracker.list();
    const detail = { up: states.filter(({ state }) => state === 'up').length, configured: states.length };
    return detail.up > 0 ? session.up(detail) : session.down(detail);
  }
}
