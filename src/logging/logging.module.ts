import type { DynamicModule, LoggerService } from '@nestjs/common';
import { LoggerModule, type Params } from 'nestjs-pino';
import { stdTimeFunctions, type DestinationStream, type LoggerOptions } from 'pino';
import { APP_CONFIG, type AppConfig } from '../config/app-config.js';
import { serializeError } from './error.serializer.js';
import { redactor } from './redactor.js';
import { withoutSecretFields } from './secret-fields.js';
import { secretsOf } from './secrets.js';

/** The log contexts of Nest's own start-up. */
const START_UP_CONTEXTS = new Set<unknown>(['InstanceLoader', 'NestApplication', 'RouterExplorer', 'RoutesResolver']);
/** Enough of 24 characters to find an answer's lines; the other 96 bits cannot be guessed. */
const SHOWN_CHARS = 8;

/**
 * Logs JSON lines through Nest's `Logger` and nestjs-pino's `PinoLogger`, to standard output by default. Lines of a
 * request carry its `request_id`; `http/request-log.ts` writes the line per request.
 */
export function loggingModule(destination?: DestinationStream): DynamicModule {
  return LoggerModule.forRootAsync({
    inject: [APP_CONFIG],
    useFactory: (config: AppConfig): Params => {
      const options = {
        ...loggerOptions(config),
        autoLogging: false,
        quietReqLogger: true,
        wrapSerializers: false,
        customAttributeKeys: { reqId: 'request_id' },
      };
      return { pinoHttp: destination === undefined ? options : [options, destination] };
    },
  });
}

function loggerOptions(config: AppConfig): LoggerOptions {
  const blankSecrets = redactor(secretsOf(config));
  return {
    level: config.logLevel,
    base: null,
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }), log: withShortAnswerId },
    // Requests and responses are never logged whole: they hold ids, headers and bodies.
    serializers: { err: serializeError, req: () => undefined, res: () => undefined },
    // As text: pino's own redaction takes four times as long as the rest of a line.
    hooks: { streamWrite: (line) => blankSecrets(withoutSecretFields(line)) },
  };
}

/**
 * Shortens `answer_id` in a log line. The whole id is the right to read and stop that answer, which reading a log must
 * not give.
 */
function withShortAnswerId(line: Record<string, unknown>): Record<string, unknown> {
  const { answer_id: id } = line;
  return typeof id === 'string' ? { ...line, answer_id: id.slice(0, SHOWN_CHARS) } : line;
}

/** Passes everything on to `logger`, with Nest's messages about its start-up as `debug`. */
export function quietStart(logger: LoggerService): LoggerService {
  return {
    log: (message: unknown, ...rest: unknown[]) => {
      if (START_UP_CONTEXTS.has(rest.at(-1))) logger.debug?.(message, ...rest);
      else logger.log(message, ...rest);
    },
    error: (message: unknown, ...rest: unknown[]) => void logger.error(message, ...rest),
    warn: (message: unknown, ...rest: unknown[]) => void logger.warn(message, ...rest),
    debug: (message: unknown, ...rest: unknown[]) => void logger.debug?.(message, ...rest),
    verbose: (message: unknown, ...rest: unknown[]) => void logger.verbose?.(message, ...rest),
    fatal: (message: unknown, ...rest: unknown[]) => void logger.fatal?.(message, ...rest),
  };
}
