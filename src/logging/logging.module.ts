import type { DynamicModule } from '@nestjs/common';
import { LoggerModule, type Params } from 'nestjs-pino';
import { stdTimeFunctions, type DestinationStream, type LoggerOptions } from 'pino';
import { APP_CONFIG, type AppConfig } from '../config/app-config.js';
import { serializeError } from './error.serializer.js';
import { redactor } from './redactor.js';
import { withoutSecretFields } from './secret-fields.js';
import { secretsOf } from './secrets.js';
import { withShortAnswerId } from './short-answer-id.js';

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
