import { startControlServer } from './http/control-server.js';
import { SimulatedProvider } from './http/simulated-provider.js';
import { deepseek } from './dialects/deepseek.js';
import { groq } from './dialects/groq.js';
import { mistral } from './dialects/mistral.js';
import { DEFAULT_SETTINGS } from './settings.js';
import type { ProviderHandle } from './provider-handle.js';
import type { ProviderName, ProviderSettings } from './settings.js';

export type { FaultSpec } from './faults/fault-spec.js';
export type { ProviderHandle } from './provider-handle.js';
export type { RecordedRequest } from './http/recorded-request.js';
export type { InstructionMode, ProviderName, ProviderSettings } from './settings.js';

export interface Simulator {
  readonly groq: ProviderHandle;
  readonly mistral: ProviderHandle;
  readonly deepseek: ProviderHandle;
  readonly all: readonly ProviderHandle[];
  /** The HTTP control: `POST|DELETE <controlUrl>/<provider>/faults` and more (simulator/README.md). */
  readonly controlUrl: string;
  configure(settings: Partial<ProviderSettings>): void;
  /** Continues every provider's held streams. */
  resume(): void;
  /** Clears every provider's faults. */
  clear(): Promise<void>;
  /** Breaks off what is running and frees the ports. */
  close(): Promise<void>;
}

export interface SimulatorOptions extends Partial<ProviderSettings> {
  /** Overrides per provider. */
  providers?: Partial<Record<ProviderName, Partial<ProviderSettings>>>;
  /** Ports to listen on; ephemeral ones by default. */
  ports?: Partial<Record<ProviderName | 'control', number>>;
  /** Loopback address, default 127.0.0.1. */
  host?: string;
}

const DIALECTS = { groq, mistral, deepseek };

/** Starts three simulated providers that speak Groq's, Mistral's and DeepSeek's formats over real HTTP. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const { providers = {}, ports = {}, host = '127.0.0.1', ...common } = options;
  const start = async (name: ProviderName): Promise<SimulatedProvider> => {
    const settings = { ...DEFAULT_SETTINGS, ...common, ...providers[name] };
    const provider = new SimulatedProvider(DIALECTS[name], settings, host);
    await provider.listen(ports[name] ?? 0);
    return provider;
  };
  const [first, second, third] = await Promise.all([start('groq'), start('mistral'), start('deepseek')]);
  const all = [first, second, third];
  const control = await startControlServer(all, host, ports.control ?? 0);
  return {
    groq: first,
    mistral: second,
    deepseek: third,
    all,
    controlUrl: control.url,
    configure: (settings) => {
      for (const provider of all) provider.configure(settings);
    },
    resume: () => {
      for (const provider of all) provider.resume();
    },
    clear: async () => {
      await Promise.all(all.map((provider) => provider.clear()));
    },
    close: async () => {
      await Promise.all([...all.map((provider) => provider.close()), control.close()]);
    },
  };
}
