import { handleControl } from './control.js';
import { handleCompletion } from './handle-completion.js';
import { listModels } from './list-models.js';
import { LoopbackServer } from './loopback-server.js';
import { ProviderState } from './provider-state.js';
import { parseFault } from '../faults/parse-fault.js';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Dialect } from '../dialects/dialect.js';
import type { FaultSpec } from '../faults/fault-spec.js';
import type { ProviderHandle } from '../provider-handle.js';
import type { ProviderName, ProviderSettings } from '../settings.js';
import type { RecordedRequest } from './recorded-request.js';

const CONTROL_PREFIX = '/__control';

/** One provider's server, its scripted faults and the requests it got. */
export class SimulatedProvider implements ProviderHandle {
  readonly name: ProviderName;
  readonly #state: ProviderState;
  readonly #server: LoopbackServer;
  #runningCount = 0;

  constructor(
    private readonly dialect: Dialect,
    settings: ProviderSettings,
    host: string,
  ) {
    this.name = dialect.name;
    this.#state = new ProviderState(dialect, settings);
    this.#server = new LoopbackServer(host, (request, response) => {
      void this.#answer(request, response);
    });
  }

  get url(): string {
    return this.#server.url;
  }

  get baseUrl(): string {
    return this.url + this.dialect.basePath;
  }

  get settings(): ProviderSettings {
    return this.#state.settings;
  }

  get refusing(): boolean {
    return !this.#server.listening;
  }

  async listen(port: number): Promise<void> {
    await this.#server.listen(port);
  }

  async fault(spec: FaultSpec): Promise<void> {
    const checked = parseFault(spec);
    if (checked.kind === 'refuse') await this.#server.stop(checked.cutRunning === true);
    else this.#state.faults.add(checked);
  }

  faults(): readonly FaultSpec[] {
    return this.#state.faults.all();
  }

  async clear(): Promise<void> {
    this.#state.faults.clear();
    await this.#server.listen();
  }

  resume(): void {
    this.#state.control.emit('resume');
  }

  configure(settings: Partial<ProviderSettings>): void {
    this.#state.settings = { ...this.#state.settings, ...settings };
  }

  requests(): readonly RecordedRequest[] {
    return this.#state.log.all();
  }

  forgetRequests(): void {
    this.#state.log.clear();
  }

  running(): number {
    return this.#runningCount;
  }

  async close(): Promise<void> {
    await this.#server.stop(true);
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? '/', 'http://simulator');
    if (pathname.startsWith(CONTROL_PREFIX)) {
      await handleControl(this, pathname.slice(CONTROL_PREFIX.length), request, response);
      return;
    }
    if (request.method === 'GET' && pathname === `${this.dialect.basePath}/models`) {
      listModels(this.#state, request, response);
      return;
    }
    this.#runningCount++;
    response.once('close', () => {
      this.#runningCount--;
    });
    await handleCompletion(this.#state, pathname, request, response);
  }
}
