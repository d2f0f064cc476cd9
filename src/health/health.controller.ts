import { Controller, Get, HttpException, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiServiceUnavailableResponse, ApiTags } from '@nestjs/swagger';
import { HealthCheckService, type HealthCheckResult } from '@nestjs/terminus';
import type { Response } from 'express';
import { VERSION } from '../config/version.js';
import { Access } from '../identity/access.js';
import type { ProviderStateView } from '../providers/routing/provider-state.js';
import { ProviderTracker } from '../providers/routing/provider-tracker.js';
import type { ProblemCode } from '../wire/problem.js';
import { HealthResponse, LiveResponse, ReadyResponse } from './health.response.js';
import { DatabaseIndicator, ProcessIndicator, ProvidersIndicator } from './indicators.js';

/** The code in the log of an indicator that is down, by its name; the first one counts. */
const CODES: Readonly<Record<string, ProblemCode>> = {
  process: 'server_draining',
  database: 'history_unavailable',
  providers: 'provider_unavailable',
};

/** Three questions. `live`: does the process run? `ready`: may it get requests? `/health`: can it do its work now? */
@ApiTags('health')
@Access('open')
@Controller('health')
export class HealthController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly tracker: ProviderTracker,
    private readonly process: ProcessIndicator,
    private readonly database: DatabaseIndicator,
    private readonly providers: ProvidersIndicator,
  ) {}

  /**
   * For people and alarms. It is 503 also while no provider is up. Do not let it decide about traffic or restarts,
   * which would bring no provider back: use the other two.
   */
  @ApiOperation({ summary: 'Whether it can do its work now.', operationId: 'getHealth' })
  @ApiOkResponse({ type: HealthResponse })
  @ApiServiceUnavailableResponse({ type: HealthResponse, description: 'Something is down; `error` says what.' })
  @Get()
  async report(@Res({ passthrough: true }) response: Response): Promise<HealthResponse> {
    const result = await this.#check(response, [
      () => this.process.check(),
      () => this.database.check(),
      () => this.providers.check(),
    ]);
    const states = this.tracker.list();
    return {
      ...result,
      uptime_secs: Math.floor(process.uptime()),
      version: VERSION,
      active_providers: states.filter(({ state }) => state === 'up').map(({ name }) => name),
      provider_count: states.length,
      providers: states.map(providerView),
    };
  }

  /** The process answers, so it lives. */
  @ApiOperation({ summary: 'Whether the process is there.', operationId: 'getLiveness' })
  @ApiOkResponse({ type: LiveResponse })
  @Get('live')
  live(): LiveResponse {
    return { status: 'ok' };
  }

  /** For load balancers: 503 only while starting, draining or without the database. */
  @ApiOperation({ summary: 'Whether it may get requests.', operationId: 'getReadiness' })
  @ApiOkResponse({ type: ReadyResponse })
  @ApiServiceUnavailableResponse({ type: ReadyResponse, description: 'Starting, draining, or without the database.' })
  @Get('ready')
  ready(@Res({ passthrough: true }) response: Response): Promise<ReadyResponse> {
    return this.#check(response, [() => this.process.check(), () => this.database.check()]);
  }

  /** Terminus throws its result when something is down; here the result is the reply all the same. */
  async #check(response: Response, indicators: Parameters<HealthCheckService['check']>[0]): Promise<HealthCheckResult> {
    try {
      return await this.health.check(indicators);
    } catch (error) {
      if (!(error instanceof HttpException)) throw error;
      response.status(error.getStatus());
      const result = error.getResponse() as HealthCheckResult;
      const down = Object.keys(CODES).find((name) => Object.hasOwn(result.error ?? {}, name));
      response.errorCode = CODES[down ?? ''] ?? 'internal';
      return result;
    }
  }
}

function providerView({ name, model, state, retryAt }: ProviderStateView): HealthResponse['providers'][number] {
  return { name, model, state, ...(retryAt === undefined ? {} : { retry_at: new Date(retryAt).toISOString() }) };
}
