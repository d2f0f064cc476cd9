import { execForm } from './dockerfile.mjs';
import { freePort, until } from './children.mjs';

/** An image that runs in its sandbox, with a volume that outlives each run. */
export class Container {
  #image;
  #children;
  #environment;
  #process;
  url = '';

  constructor(image, children, environment) {
    this.#image = image;
    this.#children = children;
    this.#environment = environment;
  }

  get pid() {
    return this.#process.pid;
  }

  /** Runs the image's CMD with `more` variables until it ends; gives its exit code and output. */
  async runToEnd(more) {
    const child = this.#spawn(execForm(this.#image.config.cmd), more);
    return { code: await child.ended, said: child.said() };
  }

  /** Starts the image's CMD and waits until it is ready. */
  async start() {
    const port = await freePort();
    this.#environment = { ...this.#environment, PORT: String(port) };
    this.url = `http://127.0.0.1:${port}`;
    this.#process = this.#spawn(execForm(this.#image.config.cmd), this.#environment);
    await until('the container is ready', this.#process, async () => (await fetch(`${this.url}/health/ready`)).ok);
  }

  /** Sends the image's STOPSIGNAL; gives the exit code. */
  async stop() {
    this.#process.kill(this.#image.config.stopsignal);
    return this.#process.ended;
  }

  /** The exit code of the image's HEALTHCHECK. */
  async health() {
    return this.#spawn(execForm(this.#image.config.healthcheck), this.#environment).ended;
  }

  /** Runs another command on the same volume; `stdio` as `spawn` takes it. Gives its output. */
  async exec(argv, stdio = 'pipe') {
    const [command, args, options] = this.#image.sandbox.inside(argv, this.#environment);
    return this.#children.run(command, args, { ...options, stdio });
  }

  #spawn(argv, environment) {
    return this.#children.start(...this.#image.sandbox.inside(argv, environment));
  }
}
