import { chmodSync, chownSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, until } from './children.mjs';

const NOBODY = 65534;
const AS_ROOT = process.getuid?.() === 0;
const USER = AS_ROOT ? { uid: NOBODY, gid: NOBODY } : {};

/**
 * What a unit starts: in WorkingDirectory, with its variables, and as another user where that is possible. `inFolder` maps
 * the paths of commands to those of the unit.
 */
export class UnitService {
  #settings;
  #environment;
  #process;
  #state;
  #inFolder;
  #children;
  url = '';

  constructor({ unit, variables, inFolder, children }) {
    this.#inFolder = inFolder;
    this.#children = children;
    this.#settings = (name) => [...unit.matchAll(new RegExp(`^${name}=(.*)$`, 'gm'))].map(([, value]) => value);
    const pairs = this.#settings('Environment').map((line) => line.split(/=(.*)/s, 2));
    this.#environment = { PATH: '/usr/bin:/bin', ...Object.fromEntries(pairs), ...variables };
    this.#state = inFolder(`/var/lib/${this.#settings('StateDirectory')[0]}`);
    mkdirSync(this.#state, { recursive: true });
    chmodSync(this.#state, 0o700);
    if (AS_ROOT) chownSync(this.#state, NOBODY, NOBODY);
    else console.log('  not run: as another user (needs root)');
  }

  async start() {
    const port = await freePort();
    this.url = `http://127.0.0.1:${port}`;
    const [command, ...args] = this.#settings('ExecStart')[0].split(' ');
    const env = { ...this.#environment, PORT: String(port) };
    const options = { cwd: this.#settings('WorkingDirectory')[0], env, ...USER };
    this.#process = this.#children.start(command, args, options);
    await until('the service is ready', this.#process, async () => (await fetch(`${this.url}/health/ready`)).ok);
    if (!existsSync(join(this.#state, 'rondo.db'))) throw new Error('the database is not in StateDirectory');
  }

  async stop() {
    this.#process.kill('SIGTERM');
    const code = await this.#process.ended;
    if (code !== 0) throw new Error(`SIGTERM ended it with exit code ${code}:\n${this.#process.said()}`);
  }

  /** Another command of the same user, which knows nothing of the unit. */
  async exec(argv, stdio) {
    const [command, ...args] = argv.map(this.#inFolder);
    await this.#children.run(command, args, { cwd: '/', env: { PATH: '/usr/bin:/bin' }, stdio, ...USER });
  }
}
