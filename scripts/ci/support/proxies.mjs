import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { freePort, until } from './children.mjs';
import { HttpsClient, SITE } from './https-client.mjs';

const DEPLOY = resolve(import.meta.dirname, '../../../deploy');
const USER = 'ada';
const PASSWORD = 'a rondo comes back';
/** Two keys, as OpenAI's clients send them; the second is as long as such keys may be. */
export const KEYS = ['Bearer sk-first', `Bearer sk-${'second'.repeat(30)}`];

/** A proxy in front of the service, with its configuration of `deploy/` but for names, ports and passwords. */
class Proxy {
  constructor(folder, children) {
    this.folder = folder;
    this.children = children;
    mkdirSync(folder, { recursive: true });
  }

  /** Starts it before the service at `upstream` (`host:port`); the port stays the same over restarts. */
  async start(upstream) {
    this.port ??= await freePort();
    this.child = await this.spawn(upstream);
    const answers = async () => (await this.client().send('/providers')).status > 0;
    await until(`${this.name} answers`, this.child, answers);
  }

  /** Ends it, and with it all connections. */
  async cut() {
    this.child.kill(this.cutBy);
    await this.child.ended;
  }

  client(from) {
    return new HttpsClient({ port: this.port, from, password: `${USER}:${PASSWORD}` });
  }

  /** The shipped file with `[written there, wanted here]`. @throws Error where something is not written there. */
  configured(file, changes) {
    return changes.reduce(
      (text, [there, here]) => {
        if (!text.includes(there)) throw new Error(`deploy/${file} has no "${there}" to replace`);
        return text.replaceAll(there, here);
      },
      readFileSync(join(DEPLOY, file), 'utf8'),
    );
  }
}

export class Nginx extends Proxy {
  name = 'nginx';
  /** A fast shutdown; killed, it would leave its workers behind. */
  cutBy = 'SIGTERM';

  async spawn(upstream) {
    // Not while it runs: it reads passwords at each request, and would find the file empty for a moment.
    writeFileSync(join(this.folder, 'htpasswd'), `${USER}:{PLAIN}${PASSWORD}\n`);
    writeFileSync(join(this.folder, 'keys'), KEYS.map((key) => `"${key}" ${USER};\n`).join(''));
    await this.#configure(upstream);
    return this.children.start('nginx', ['-p', this.folder, '-c', join(this.folder, 'nginx.conf'), '-e', 'stderr']);
  }

  /** Sends new requests elsewhere; running ones continue. */
  async reload(upstream) {
    await this.#configure(upstream);
    this.child.kill('SIGHUP');
  }

  async #configure(upstream) {
    this.plainPort ??= await freePort();
    const shipped = this.configured('nginx.conf', [
      ['/etc/nginx/rondo.keys', join(this.folder, 'keys')],
      ['server 127.0.0.1:3000;', `server ${upstream};`],
      ['listen 80;', `listen 127.0.0.1:${this.plainPort};`],
      ['listen 443 ssl http2;', `listen 127.0.0.1:${this.port} ssl http2;`],
      ['/etc/ssl/certs/chat.example.com.pem', SITE.certificate],
      ['/etc/ssl/private/chat.example.com.key', SITE.key],
      ['/etc/nginx/rondo.htpasswd', join(this.folder, 'htpasswd')],
      ['chat.example.com', SITE.name],
    ]);
    const folders = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
    const temporary = folders.map((name) => `${name}_temp_path ${join(this.folder, name)};`);
    const around = [
      'daemon off;',
      ...(process.getuid?.() === 0 ? ['user root;'] : []),
      `pid ${join(this.folder, 'nginx.pid')};`,
      'events {}',
      `http {\naccess_log off;\n${temporary.join('\n')}\n${shipped}\n}`,
    ];
    writeFileSync(join(this.folder, 'nginx.conf'), around.join('\n'));
  }
}

export class Caddy extends Proxy {
  name = 'Caddy';
  /** Asked to end, it waits until the last stream is over. */
  cutBy = 'SIGKILL';

  async spawn(upstream) {
    const file = join(this.folder, 'Caddyfile');
    const hash = await this.children.run('caddy', ['hash-password', '--plaintext', PASSWORD]);
    writeFileSync(join(this.folder, 'keys'), KEYS.map((key) => `header Authorization "${key}"\n`).join(''));
    const shipped = this.configured('Caddyfile', [
      ['/etc/caddy/rondo.keys', join(this.folder, 'keys')],
      ['127.0.0.1:3000', upstream],
      ['$2a$14$REPLACE.ME', hash.trim()],
      [
        'chat.example.com {',
        `https://${SITE.name}:${this.port} {\n\tbind 127.0.0.1\n\ttls ${SITE.certificate} ${SITE.key}`,
      ],
    ]);
    writeFileSync(file, `{\n\tadmin off\n\tauto_https disable_redirects\n}\n${shipped}`);
    const env = { ...process.env, HOME: this.folder, XDG_DATA_HOME: this.folder, XDG_CONFIG_HOME: this.folder };
    return this.children.start('caddy', ['run', '--adapter', 'caddyfile', '--config', file], { env });
  }
}
