import { Transform, plainToInstance } from 'class-transformer';
import { IsIn, IsInt, IsNumber, IsOptional, Matches, Max, Min, validateSync } from 'class-validator';
import { ROUTING_POLICY_NAMES, type LogLevel, type RoutingPolicy } from './app-config.js';
import type { Variables } from './variables.js';
import { wholeNumberRule } from './variables.js';

const DAY_MS = 86_400_000;
const LOG_LEVELS: readonly LogLevel[] = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'];

/** Takes digits only: `1e3`, `0x10` and ` ` are numbers to JavaScript but mistakes in an environment. */
function WholeNumber(min: number, max: number): PropertyDecorator {
  const message = `$property ${wholeNumberRule(min, max)}`;
  return (target, key) => {
    Transform(({ value }: { value: unknown }) => asNumber(value, /^\d{1,15}$/))(target, key);
    for (const rule of [IsInt({ message }), Min(min, { message }), Max(max, { message })]) rule(target, key);
  };
}

function TrueOrFalse(): PropertyDecorator {
  return (target, key) => {
    Transform(({ value }: { value: unknown }) => (value === 'true' ? true : value === 'false' ? false : value))(
      target,
      key,
    );
    IsIn([true, false], { message: '$property must be true or false' })(target, key);
  };
}

function asNumber(value: unknown, shape: RegExp): unknown {
  return typeof value === 'string' && shape.test(value) ? Number(value) : value;
}

/**
 * The variables that are read on their own, with their defaults; `environment.ts` reads those that depend on others.
 */
export class PlainVariables {
  @Matches(/^\[?[A-Za-z0-9._:%-]+\]?$/, { message: '$property must be a host name or an address' })
  HOST = '127.0.0.1';
  @WholeNumber(0, 65_535) PORT = 3000;
  @TrueOrFalse() ALLOW_UNAUTHENTICATED = false;
  @Matches(/^sqlite:(\/\/.+|:memory:)$/, { message: '$property must be sqlite://PATH or sqlite::memory:' })
  DATABASE_URL = 'sqlite://./data/rondo.db';
  @IsIn(ROUTING_POLICY_NAMES, { message: `$property must be ${ROUTING_POLICY_NAMES.join(' or ')}` })
  ROUTING_POLICY: RoutingPolicy = 'round-robin';
  @WholeNumber(1, 1_000_000_000) RATE_LIMIT = 60;
  @WholeNumber(1, DAY_MS) RATE_LIMIT_WINDOW_MS = 60_000;
  @WholeNumber(1, 1_000_000) MAX_MESSAGE_CHARS = 32_000;
  @IsOptional()
  @Transform(({ value }: { value: unknown }) => asNumber(value, /^\d+(\.\d+)?$/))
  @IsNumber({}, { message: '$property must be a number from 0 to 2' })
  @Min(0, { message: '$property must be a number from 0 to 2' })
  @Max(2, { message: '$property must be a number from 0 to 2' })
  TEMPERATURE?: number;
  @WholeNumber(1, 10_000_000) MAX_OUTPUT_TOKENS = 4096;
  @WholeNumber(0, 10_000) HISTORY_WINDOW_MESSAGES = 50;
  @WholeNumber(1, DAY_MS) CONNECT_TIMEOUT_MS = 5000;
  @WholeNumber(1, DAY_MS) FIRST_TOKEN_TIMEOUT_MS = 20_000;
  @WholeNumber(1, DAY_MS) IDLE_TIMEOUT_MS = 30_000;
  @WholeNumber(0, DAY_MS) PATIENCE_MS = 30_000;
  @WholeNumber(1, DAY_MS) ANSWER_TIMEOUT_MS = 600_000;
  @WholeNumber(1, 1_000_000) MAX_RUNNING_ANSWERS = 4000;
  @WholeNumber(1, 1_000_000) MAX_RUNNING_PER_USER = 8;
  @WholeNumber(1, 1_000_000) MAX_OPEN_STREAMS = 8000;
  @WholeNumber(0, DAY_MS) DETACH_GRACE_MS = 30_000;
  @TrueOrFalse() CONTINUE_ANSWERS = true;
  @WholeNumber(0, 10_000) MIN_TOKENS_PER_SECOND = 0;
  @WholeNumber(0, DAY_MS) SHUTDOWN_DELAY_MS = 0;
  @WholeNumber(0, DAY_MS) SHUTDOWN_GRACE_MS = 25_000;
  @IsIn(LOG_LEVELS, { message: `$property must be one of ${LOG_LEVELS.join(', ')}` })
  LOG_LEVEL: LogLevel = 'info';
}

/** Reads them and rejects each that breaks its rule. The result is valid only if nothing was rejected. */
export function readPlainVariables(variables: Variables): PlainVariables {
  const plain = plainToInstance(PlainVariables, setValues(variables));
  for (const { property, constraints } of validateSync(plain)) {
    const [problem] = Object.values(constraints ?? {});
    variables.reject(property, (problem ?? 'is wrong').replace(`${property} `, ''));
  }
  return plain;
}

function setValues(variables: Variables): Record<string, string> {
  const values: Record<string, string> = {};
  for (const name of Object.keys(new PlainVariables())) {
    const value = variables.get(name);
    if (value !== undefined) values[name] = value;
  }
  return values;
}
