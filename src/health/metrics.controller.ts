import { Controller, Get, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { Access } from '../identity/access.js';
import { Metrics } from '../metrics/metrics.js';

/** `GET /metrics`: the current state, for a scraper. */
@ApiTags('metrics')
@Access('metrics')
@Controller('metrics')
export class MetricsController {
  constructor(private readonly metrics: Metrics) {}

  @ApiOperation({ summary: "All measurements, in Prometheus' text format.", operationId: 'getMetrics' })
  @ApiOkResponse({
    description: 'Counters, gauges and histograms; labels take values from closed sets only.',
    content: { 'text/plain': { schema: { type: 'string' } } },
  })
  @Get()
  async scrape(@Res() response: Response): Promise<void> {
    const { contentType, body } = await this.metrics.exposition();
    // `send` would rewrite the content type that scrapers compare.
    response.setHeader('Content-Type', contentType);
    response.end(body);
  }
}
