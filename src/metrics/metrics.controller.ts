import { Controller, Get, Res } from '@nestjs/common';
import type { Response } from 'express';
import { Metrics } from './metrics.js';

/** `GET /metrics`: the current state for a scraper. */
@Controller('metrics')
export class MetricsController {
  constructor(private readonly metrics: Metrics) {}

  @Get()
  async scrape(@Res() response: Response): Promise<void> {
    const { contentType, body } = await this.metrics.exposition();
    // Not through `send`, which would rewrite the content type that scrapers compare.
    response.setHeader('Content-Type', contentType);
    response.end(body);
  }
}
