import { ApiExtraModels, ApiProperty, ApiPropertyOptional, getSchemaPath } from '@nestjs/swagger';
import type { HealthCheckResult, HealthCheckStatus, HealthIndicatorResult } from '@nestjs/terminus';
import type { ProviderHealth } from '../providers/routing/provider-states.js';

const STATES = ['up', 'cooling', 'down'] satisfies ProviderHealth[];

/** What one indicator found; some add figures of their own. */
class IndicatorResponse {
  @ApiProperty({ enum: ['up', 'degraded', 'down'] })
  status!: 'up' | 'degraded' | 'down';

  @ApiPropertyOptional({ description: 'Why it is down.' })
  message?: string;

  @ApiPropertyOptional({ type: 'integer', description: 'Of `providers`: how many are up.' })
  up?: number;

  @ApiPropertyOptional({ type: 'integer', description: 'Of `providers`: how many there are.' })
  configured?: number;
}

const byIndicator = { type: 'object', additionalProperties: { $ref: getSchemaPath(IndicatorResponse) } } as const;

/** `GET /health/ready`: Terminus' own form. */
@ApiExtraModels(IndicatorResponse)
export class ReadyResponse implements HealthCheckResult {
  @ApiProperty({ enum: ['ok', 'degraded', 'error', 'shutting_down'] })
  status!: HealthCheckStatus;

  @ApiPropertyOptional({ ...byIndicator, description: 'What is up.' })
  info?: HealthIndicatorResult;

  @ApiPropertyOptional({ ...byIndicator, description: 'What is down.' })
  error?: HealthIndicatorResult;

  @ApiProperty({ ...byIndicator, description: 'Everything that was checked.' })
  details!: HealthIndicatorResult;
}

class ProviderHealthResponse {
  @ApiProperty({ example: 'groq' })
  name!: string;

  @ApiProperty({ example: 'openai/gpt-oss-120b' })
  model!: string;

  @ApiProperty({ enum: STATES })
  state!: ProviderHealth;

  @ApiPropertyOptional({ format: 'date-time', description: 'When it is asked again.' })
  retry_at?: string;
}

/** `GET /health`, the same at 200 and at 503. */
export class HealthResponse extends ReadyResponse {
  @ApiProperty({ type: 'integer', minimum: 0 })
  uptime_secs!: number;

  @ApiProperty({ example: '1.0.0' })
  version!: string;

  @ApiProperty({ type: [String], description: 'Names of the providers that are up.' })
  active_providers!: string[];

  @ApiProperty({ type: 'integer', minimum: 1 })
  provider_count!: number;

  @ApiProperty({ type: [ProviderHealthResponse] })
  providers!: ProviderHealthResponse[];
}

/** `GET /health/live`. */
export class LiveResponse {
  @ApiProperty({ enum: ['ok'] })
  status!: 'ok';
}
