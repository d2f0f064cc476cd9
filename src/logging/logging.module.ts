import type { DynamicModule, LoggerService } from '@nestjs/common';
import { LoggerModule, type Params } from 'nestjs-pino';
import { stdTimeFunctions, type DestinationStream, type LoggerOptions } from 'pino';
import { APP_CONFIG, type AppConfig } from '../config/app-config.js';
import { serializeError } from './error.serializer.js';
import { redactor } from './redactor.js';
import { withoutSecretFields } from './secret-fields.js';
import { secretsOf } from './secrets.js';

/** Where Nest tells of every module, route and step of its start. */
const START_UP_CONTEXTS = new Set<unknown>(['InstanceLoader', 'NestApplication', 'RouterExplorer', 'RoutesResolver']);
/** Enough to find an answer's lines by, of 24 characters: the other 96 bits are not to be guessed. */
const SHOWN_CHARS = 8;

/**
 * JSON lines through Nest's `Logger` and nestjs-pino's `PinoLogger`, to standard output unless told otherwise. What is
 * logged while a request is served carries its `request_id`; the line per request is written by `http/request-log.ts`.
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
    // As text, since pino's own redaction takes four times as long as all the rest of a line.
    hooks: { streamWrite: (line) => blankSecrets(withoutSecretFields(line)) },
  };
}

/**
 * A log line in which `answer_id` is only the beginning of the id. The whole id is the right to read and stop that answer,
 * which nobody gets by reading a log.
 */
function withShortAnswerId(line: Record<string, unknown>): Record<string, unknown> {
  const { answer_id: id } = line;
  return typeof id === 'string' ? { ...line, answer_id: id.slice(0, SHOWN_CHARS) } : line;
}

/** Passes everything on to `logger`, but Nest's account of its own start-up as `debug`. */
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
