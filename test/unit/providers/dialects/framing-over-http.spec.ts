import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { askProvider, providerAt } from '../../../support/ask-provider.js';
import { wireFixtures } from '../../../support/wire-fixtures.js';

const fixtures = wireFixtures();
const byName = new Map(fixtures.map((fixture) => [fixture.name, fixture]));
let server: Server;
let origin: string;
let seed = 1;

/** The same cuts in every run. */
function random(below: number): number {
  seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
  return seed % below;
}

beforeAll(async () => {
  server = createServer((request, response) => {
    const bytes = byName.get(request.url?.split('/')[1] ?? '')?.bytes ?? Buffer.alloc(0);
    const write = async (): Promise<void> => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.socket?.setNoDelay(true);
      for (let at = 0; at < bytes.length && !response.closed;) {
        const size = 1 + random(bytes.length);
        response.write(bytes.subarray(at, at + size));
        at += size;
        await new Promise(setImmediate);
      }
      response.end();
    };
    request.resume().on('end', () => void write());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

describe('over HTTP, in 200 random splits', () => {
  it.each(fixtures)('$name means what the provider meant', async ({ name, dialect, meaning }) => {
    const provider = providerAt(`${origin}/${name}`, { dialect });
    try {
      for (let round = 0; round < 10; round++) {
        const asked = await Promise.all(Array.from({ length: 20 }, () => askProvider(provider, { options: {} })));
        for (const { failure, error, batches, ms: _, ...heard } of asked) {
          expect({ ...heard, failure: undefined }).toEqual({ ...meaning, failure: undefined });
          if (meaning.failure === undefined) expect(error).toBeUndefined();
          else expect(failure).toMatchObject(meaning.failure);
          expect(batches.every((parts) => parts.length > 0)).toBe(true);
        }
      }
    } finally {
      await provider.close();
    }
  });
});
