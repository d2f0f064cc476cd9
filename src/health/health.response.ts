import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { HealthCheckResult, HealthCheckStatus, HealthIndicatorResult } from '@nestjs/terminus';
import type { ProviderHealth } from '../providers/routing/provider-state.js';

const STATES = ['up', 'cooling', 'down'] satisfies ProviderHealth[];

/** The result of each indicator by its name; some add figures. */
const byIndicator = {
  type: 'object' as const,
  additionalProperties: {
    type: 'object',
    required: ['status'],
    properties: { status: { type: 'string', enum: ['up', 'degraded', 'down'] }, message: { type: 'string' } },
    additionalProperties: true,
  },
};

/** `GET /health/ready`: Terminus' own form. */
export class ReadyResponse implements HealthCheckResult {
  @ApiProperty({ enum: ['ok', 'degraded', 'error', 'shutting_down'] })
  status!: HealthCheckStatus;

  @ApiPropertyOptional({ ...byIndicator, description: 'What is up.' })
  info?: HealthCheckResult['info'];

  @ApiPropertyOptional({ ...byIndicator, description: 'What is down.' })
  error?: HealthCheckResult['error'];

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
