const MAX_CAUSES = 4;

interface LoggedError {
  type: string;
  message: string;
  code?: string;
  stack?: string;
  cause?: LoggedError;
}

/**
 * An error for the log: its type, message, code, stack and causes. Other properties stay out: database errors carry the
 * query's parameters, which hold what people wrote.
 */
export function serializeError(error: unknown): LoggedError {
  return serialize(error, MAX_CAUSES);
}

function serialize(error: unknown, causes: number): LoggedError {
  if (!(error instanceof Error))
    return { type: typeof error, message: typeof error === 'string' ? error : 'not an Error' };
  const code = 'code' in error && typeof error.code === 'string' ? { code: error.code } : {};
  const stack = error.stack === undefined ? {} : { stack: error.stack };
  const cause = error.cause === undefined || causes === 0 ? {} : { cause: serialize(error.cause, causes - 1) };
  return { type: error.name, message: error.message, ...code, ...stack, ...cause };
}
