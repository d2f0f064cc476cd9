import { Body, Controller, Get, Module, Post, ValidationPipe } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ApiOperation } from '@nestjs/swagger';
import { TerminusModule } from '@nestjs/terminus';
import { ThrottlerModule } from '@nestjs/throttler';
import { TypeOrmModule } from '@nestjs/typeorm';
import { IsString } from 'class-validator';
import { LoggerModule } from 'nestjs-pino';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { Pool } from 'undici';

/**
 * The packages that Rondo is made of, set up and doing nothing: what an empty service of them weighs. `PORT` is where it
 * listens, `DATABASE` its SQLite file.
 */
const { PORT, DATABASE } = process.env;
const registry = new Registry();
collectDefaultMetrics({ register: registry });

class QuestionDto {
  @IsString()
  message!: string;
}

@Controller()
class BareController {
  readonly limiter = new RateLimiterMemory({ points: 60, duration: 60 });
  readonly pool = new Pool('http://127.0.0.1:1');

  @ApiOperation({ summary: 'Metrics.' })
  @Get('metrics')
  metrics(): Promise<string> {
    return registry.metrics();
  }

  @Post('ask')
  ask(@Body() { message }: QuestionDto): string {
    return message;
  }
}

@Module({
  imports: [
    LoggerModule.forRoot(),
    TypeOrmModule.forRoot({ type: 'sqlite', database: String(DATABASE), entities: [] }),
    ThrottlerModule.forRoot([{ limit: 60, ttl: 60_000 }]),
    TerminusModule.forRoot({ logger: false }),
  ],
  controllers: [BareController],
})
class BareModule {}

export async function start(): Promise<void> {
  const app = await NestFactory.create(BareModule, { logger: false });
  app.useGlobalPipes(new ValidationPipe({ whitelist: true }));
  await app.listen(Number(PORT), '127.0.0.1');
}
