import { Controller, Get, Param } from '@nestjs/common';
import { ApiExcludeEndpoint, ApiOkResponse, ApiOperation, ApiParam, ApiProperty, ApiTags } from '@nestjs/swagger';
import { ApiOpenAiError } from './openai-error.openapi.js';
import { Access } from '../identity/access.js';
import { ModelNames, type NamedModel } from './model-names.js';

class ModelReply {
  @ApiProperty({ example: 'rondo' })
  id!: string;

  @ApiProperty({ enum: ['model'] })
  object!: 'model';

  @ApiProperty({ type: 'integer', description: 'When this process began, in Unix seconds: models have no date here.' })
  created!: number;

  @ApiProperty({ description: "`rondo`, or the provider's name.", example: 'groq' })
  owned_by!: string;
}

class ModelsReply {
  @ApiProperty({ enum: ['list'] })
  object!: 'list';

  @ApiProperty({ type: [ModelReply] })
  data!: ModelReply[];
}

/** Lists what may be written as `model`. */
@ApiTags('openai')
@Access('chat')
@Controller('v1/models')
export class ModelsController {
  readonly #created = Math.floor(Date.now() / 1000);

  constructor(private readonly models: ModelNames) {}

  @ApiOperation({
    summary: 'The models: the rotation, each provider, its configured model.',
    operationId: 'listModels',
  })
  @ApiOkResponse({ type: ModelsReply })
  @Get()
  list(): ModelsReply {
    return { object: 'list', data: this.models.list().map((model) => this.#reply(model)) };
  }

  @ApiOperation({ summary: 'One model; slashes in its name may be percent-encoded or not.', operationId: 'getModel' })
  @ApiParam({ name: 'model', example: 'groq' })
  @ApiOkResponse({ type: ModelReply })
  @ApiOpenAiError(404, '`model_not_found`.')
  @Get(':model')
  one(@Param('model') name: string): ModelReply {
    return this.#reply(this.models.find(name));
  }

  @ApiExcludeEndpoint()
  @Get('*model')
  oneWithSlashes(@Param('model') steps: readonly string[]): ModelReply {
    return this.one(steps.join('/'));
  }

  #reply({ name, owner }: NamedModel): ModelReply {
    return { id: name, object: 'model', created: this.#created, owned_by: owner };
  }
}
