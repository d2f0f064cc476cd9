import type { LoggerService } from '@nestjs/common';

/** Where Nest tells of every module, route and step of its start. */
const START_UP_CONTEXTS = new Set<unknown>(['InstanceLoader', 'NestApplication', 'RouterExplorer', 'RoutesResolver']);

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
