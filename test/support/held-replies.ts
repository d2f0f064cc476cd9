import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { eventually } from './eventually.js';

/** A request that the page has made and that has no reply yet. */
export interface HeldRequest {
  readonly method: string;
  /** The path and query. */
  readonly url: URL;
  /** The JSON body; undefined where there is none. */
  readonly body: unknown;
  reply(json: unknown, status?: number): void;
  /** Sends the headers of an answer, and its events by and by. */
  stream(answerId: string): (events: object[]) => void;
}

/** An HTTP server whose replies are sent when the test says so, in any order. */
export interface HeldReplies {
  /** The oldest request for this method and path that was not taken yet; waits for it. */
  next(method: string, path: string | RegExp): Promise<HeldRequest>;
  /** The paths of the requests that nobody has taken. */
  readonly paths: readonly string[];
  close(): Promise<void>;
}

/** Has `fetch` go to the server, as it does in a page, and gives Node what else of a browser the page's logic listens to. */
export async function startHeldReplies(): Promise<HeldReplies> {
  const requests: HeldRequest[] = [];
  const server = createServer((request, response) => {
    void (async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const text = Buffer.concat(chunks).toString();
      requests.push({
        method: request.method ?? '',
        url: new URL(request.url ?? '', 'http://held'),
        body: text === '' ? undefined : JSON.parse(text),
        reply: (json, status = 200) => reply(response, json, status),
        stream: (answerId) => stream(response, answerId),
      });
    })();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const origin = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  const { fetch } = globalThis;
  Object.assign(globalThis, {
    fetch: (path: string, init?: RequestInit) => fetch(new URL(path, origin), init),
    window: new EventTarget(),
    document: Object.assign(new EventTarget(), { visibilityState: 'visible', hidden: false }),
  });
  return {
    next: async (method, path) => {
      const index = (): number => requests.findIndex((one) => one.method === method && matches(one.url, path));
      await eventually(() => index() >= 0);
      return requests.splice(index(), 1)[0]!;
    },
    get paths() {
      return requests.map(({ url }) => url.pathname);
    },
    close: async () => {
      Object.assign(globalThis, { fetch });
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function matches({ pathname, search }: URL, path: string | RegExp): boolean {
  return typeof path === 'string' ? pathname === path : path.test(pathname + search);
}

function reply(response: ServerResponse, json: unknown, status: number): void {
  const type = status < 400 ? 'application/json' : 'application/problem+json';
  response.writeHead(status, { 'Content-Type': type }).end(JSON.stringify(json));
}

function stream(response: ServerResponse, answerId: string): (events: object[]) => void {
  response.writeHead(200, { 'Content-Type': 'text/event-stream', 'X-Answer-Id': answerId });
  response.flushHeaders();
  return (events) => {
    response.write(events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join(''));
  };
}
