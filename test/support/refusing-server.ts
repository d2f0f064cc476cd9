import { afterEach, beforeEach } from '@jest/globals';
import { providerAt } from './ask-provider.js';
import { DONE, STREAM_END, STREAM_HEAD, httpResponse, said, startRawServer, type RawServer } from './raw-server.js';

/** Status and body. */
export type Refused = readonly [number, string];

/** A whole answer, `ok`. */
export const OK = Buffer.concat([Buffer.from(STREAM_HEAD), said('ok', 'stop'), DONE, Buffer.from(STREAM_END)]);

/** OpenAI's envelope with status 400. */
export const refuse = (message: string, more: object = {}): Refused => [
  400,
  JSON.stringify({ error: { message, ...more } }),
];

/** The names of a request's fields. */
export function fieldsOf(request = ''): string[] {
  return Object.keys(JSON.parse(request.split('\r\n\r\n')[1] ?? '') as object);
}

export interface RefusingServer {
  refuseWith(...list: readonly Refused[]): void;
  requests(): readonly string[];
  /** A provider at this server, or at `origin`. */
  provider(config?: Parameters<typeof providerAt>[1], origin?: string): ReturnType<typeof providerAt>;
  /** Closes something when the test is over. */
  closing(close: () => unknown): void;
}

/** For each test a server that refuses its first requests as told and answers all others with `ok`. */
export function useRefusingServer(): RefusingServer {
  let server: RawServer;
  let refusals: Refused[] = [];
  const cleanUp: (() => unknown)[] = [];

  beforeEach(async () => {
    refusals = [];
    server = await startRawServer((socket) => {
      const refusal = refusals.shift();
      socket.write(refusal === undefined ? OK : httpResponse(...refusal));
    });
    cleanUp.push(() => server.close());
  });

  afterEach(async () => {
    for (const close of cleanUp.splice(0).reverse()) await close();
  });

  return {
    refuseWith: (...list) => void (refusals = [...list]),
    requests: (): readonly string[] => server.requests,
    provider: (config = {}, origin = server.origin) => {
      const made = providerAt(origin, config);
      cleanUp.push(() => made.close());
      return made;
    },
    closing: (close) => void cleanUp.push(close),
  };
}
