import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { Access } from '../identity/access.js';
import { ERROR_TRAITS, type ErrorCode } from '../wire/answer-event.js';
import type { ProviderHealth, ProviderStateView } from '../providers/routing/provider-state.js';
import { ProviderTracker } from '../providers/routing/provider-tracker.js';

class ProviderDto {
  @ApiProperty({ example: 'groq' })
  name!: string;

  @ApiProperty({ example: 'openai/gpt-oss-120b' })
  model!: string;

  @ApiProperty({ enum: ['up', 'cooling', 'down'] })
  state!: ProviderHealth;

  @ApiPropertyOptional({ enum: Object.keys(ERROR_TRAITS), description: 'What it failed with; absent while it is up.' })
  code?: ErrorCode;

  @ApiPropertyOptional({ format: 'date-time', description: 'Since when it has been in this state.' })
  since?: string;

  @ApiPropertyOptional({ format: 'date-time', description: 'When it is asked again.' })
  retry_at?: string;
}

class ProvidersReplyDto {
  @ApiProperty({ type: [ProviderDto] })
  providers!: ProviderDto[];
}

/** What a picker offers. */
@ApiTags('providers')
@Access('chat')
@Controller('providers')
export class ProvidersController {
  constructor(private readonly tracker: ProviderTracker) {}

  @ApiOperation({ summary: 'The configured providers, in the order of the rotation.', operationId: 'listProviders' })
  @ApiOkResponse({ type: ProvidersReplyDto })
  @Get()
  list(): ProvidersReplyDto {
    return { providers: this.tracker.list().map(providerView) };
  }
}

function providerView({ name, model, state, code, since, retryAt }: ProviderStateView): ProviderDto {
  return {
    name,
    model,
    state,
    ...(code === undefined ? {} : { code }),
    ...(since === undefined ? {} : { since: new Date(since).toISOString() }),
    ...(retryAt === undefined ? {} : { retry_at: new Date(retryAt).toISOString() }),
  };
}
