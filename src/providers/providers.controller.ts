import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { ProviderStates, type ProviderHealth } from './routing/provider-states.js';

class ProviderDto {
  @ApiProperty({ example: 'groq' })
  name!: string;

  @ApiProperty({ example: 'openai/gpt-oss-120b' })
  model!: string;

  @ApiProperty({ enum: ['up', 'cooling', 'down'] })
  state!: ProviderHealth;
}

class ProvidersReplyDto {
  @ApiProperty({ type: [ProviderDto] })
  providers!: ProviderDto[];
}

/** What a picker offers. */
@ApiTags('providers')
@Controller('providers')
export class ProvidersController {
  constructor(private readonly states: ProviderStates) {}

  @ApiOperation({ summary: 'The configured providers, in the order of the rotation.', operationId: 'listProviders' })
  @ApiOkResponse({ type: ProvidersReplyDto })
  @Get()
  list(): ProvidersReplyDto {
    return { providers: this.states.list().map(({ name, model, state }) => ({ name, model, state })) };
  }
}
