import { errors } from 'undici';
import { ProviderError } from '../provider-error.js';

/** How far an exchange had come when it failed. */
export type ExchangePhase = 'connecting' | 'waiting' | 'receiving';

const PHASES: Readonly<Record<ExchangePhase, string>> = {
  connecting: 'while connecting',
  waiting: 'before any response',
  receiving: 'in the middle of the response',
};

const TIMEOUT_CODES: ReadonlySet<string> = new Set(['ETIMEDOUT', 'UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_HEADERS_TIMEOUT']);

/** A transport error as an attempt's failure. Only the error's code is kept: its message may name the proxy and more. */
export function networkFailure(error: Error, phase: ExchangePhase): ProviderError {
  const code = errorCode(error);
  const { nothingReceived, notConnected } = received(phase);
  const message = `failed ${PHASES[phase]}${code === undefined ? '' : ` (${code})`}`;
  if (code !== undefined && TIMEOUT_CODES.has(code)) return timedOut(message, phase);
  if (error instanceof errors.HTTPParserError || code === 'UND_ERR_HEADERS_OVERFLOW') {
    return new ProviderError({ kind: 'protocol', code: 'provider_bad_response', message });
  }
  return new ProviderError({ kind: 'server', code: 'provider_unavailable', message, nothingReceived, notConnected });
}

/** One of the three clocks ran out. */
export function timedOut(message: string, phase: ExchangePhase): ProviderError {
  return new ProviderError({ kind: 'timeout', code: 'provider_timeout', message, ...received(phase) });
}

function received(phase: ExchangePhase): { nothingReceived: boolean; notConnected: boolean } {
  return { nothingReceived: phase !== 'receiving', notConnected: phase === 'connecting' };
}

function errorCode(error: Error): string | undefined {
  const code: unknown = 'code' in error ? error.code : undefined;
  if (typeof code === 'string') return code;
  if (error instanceof AggregateError && error.errors[0] instanceof Error) return errorCode(error.errors[0]);
  return error.cause instanceof Error ? errorCode(error.cause) : undefined;
}
