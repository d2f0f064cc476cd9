import { readFileSync } from 'node:fs';
import { connect } from 'node:http2';
import { request } from 'node:https';
import { resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { connect as connectTls } from 'node:tls';

const DEADLINE_MS = 30_000;
const TLS = resolve(import.meta.dirname, '../../../test/fixtures/tls');

/** The name, certificate and key that proxies are run with. */
export const SITE = {
  name: 'provider.test',
  certificate: resolve(TLS, 'provider.test.crt'),
  key: resolve(TLS, 'provider.test.key'),
};

/** A client of a proxy on this machine, as a browser on another one would be: by name, with TLS and a password. */
export class HttpsClient {
  /** `from`: the loopback address that this client has. */
  constructor({ port, from = '127.0.0.1', password }) {
    this.port = port;
    this.from = from;
    this.authorization = `Basic ${Buffer.from(password).toString('base64')}`;
  }

  /** Resolves with the response as soon as its head is there; `json` makes it a POST. */
  send(path, { json, headers = {}, host = SITE.name } = {}) {
    const options = {
      host: '127.0.0.1',
      port: this.port,
      localAddress: this.from,
      servername: SITE.name,
      ca: readFileSync(SITE.certificate),
      agent: false,
      path,
      method: json === undefined ? 'GET' : 'POST',
      headers: { host, authorization: this.authorization, 'content-type': 'application/json', ...headers },
      signal: AbortSignal.timeout(DEADLINE_MS),
    };
    return new Promise((done, failed) => {
      const sent = request(options, (response) => done(new Reply(response, response.statusCode, response.headers)));
      sent.on('error', failed).end(json === undefined ? undefined : JSON.stringify(json));
    });
  }

  /** The same with HTTP/2; only POST. */
  async sendHttp2(path, json) {
    const tls = { servername: SITE.name, ca: readFileSync(SITE.certificate), ALPNProtocols: ['h2'] };
    const socket = connectTls({ host: '127.0.0.1', port: this.port, ...tls });
    const session = connect(`https://${SITE.name}:${this.port}`, { createConnection: () => socket });
    const stream = session.request({
      ':method': 'POST',
      ':path': path,
      ':authority': SITE.name,
      authorization: this.authorization,
      'content-type': 'application/json',
    });
    stream.on('close', () => session.close());
    stream.end(JSON.stringify(json));
    return new Promise((done, failed) => {
      for (const emitter of [session, stream]) emitter.on('error', failed);
      stream.on('response', (headers) => done(new Reply(stream, headers[':status'], headers)));
    });
  }
}

/** A response that is read as it comes. */
export class Reply {
  text = '';
  /** Settles when the body has ended, or was cut off. */
  ended;

  constructor(body, status, headers) {
    this.body = body;
    this.status = status;
    this.headers = headers;
    body.setEncoding('utf8').on('data', (chunk) => (this.text += chunk));
    this.ended = new Promise((done) => body.on('close', done).on('error', done));
  }

  async whole() {
    await this.ended;
    return this.text;
  }

  /** Waits until what came so far matches. @throws Error when the body ends or the time is over before. */
  async until(pattern, deadlineMs = DEADLINE_MS) {
    await this.#untilIn(() => this.text, pattern, deadlineMs);
  }

  /** The same for what the answer says. */
  async untilSaid(pattern) {
    await this.#untilIn(() => this.said(), pattern, DEADLINE_MS);
  }

  async #untilIn(read, pattern, deadlineMs) {
    const deadline = Date.now() + deadlineMs;
    while (!pattern.test(read())) {
      if (this.body.closed || Date.now() > deadline) throw new Error(`no ${pattern} in:\n${read().slice(-1000)}`);
      await pause(10);
    }
  }

  leave() {
    this.body.destroy();
  }

  /** The events that came whole, with their cursors. */
  events() {
    const blocks = [...this.text.matchAll(/^id: (.*)\ndata: (.*)\n\n/gm)];
    return blocks.map(([, cursor, data]) => ({ cursor, ...JSON.parse(data) }));
  }

  /** What the answer says so far. */
  said() {
    return this.events()
      .map(({ type, content }) => (type === 'delta' ? content : ''))
      .join('');
  }
}
