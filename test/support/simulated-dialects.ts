import { afterAll, afterEach, beforeAll, beforeEach } from '@jest/globals';
import {
  startSimulator,
  type FaultSpec,
  type ProviderHandle,
  type ProviderName,
  type ProviderSettings,
  type Simulator,
} from '../../simulator/provider-simulator.js';
import type { ChatCompletionRequest, CompletionPart } from '../../src/providers/completion.js';
import { askProvider, providerAt, type Asked } from './ask-provider.js';
import { LIVE_MODELS } from './simulator.js';

export const DIALECT_NAMES: readonly ProviderName[] = ['groq', 'mistral', 'deepseek'];

/** One question and what may be different about it. */
export interface Question extends Partial<ChatCompletionRequest> {
  faults?: readonly FaultSpec[];
  signal?: AbortSignal;
  onParts?: (parts: CompletionPart[]) => void;
}

export interface SimulatedDialects {
  /** Asks by the dialect of this name; faults stay until the test's end. */
  ask(name: ProviderName, question?: Question): Promise<Asked>;
  handle(name: ProviderName): ProviderHandle;
  /** How all answer until the test's end. */
  configure(settings: Partial<ProviderSettings>): void;
  clear(): Promise<void>;
}

/** Every dialect over the simulator, in all tests of a file: same answers, no waiting, short clocks. */
export function useSimulatedDialects(): SimulatedDialects {
  let simulator: Simulator;
  let providers: Record<ProviderName, ReturnType<typeof providerAt>>;
  const at = (name: ProviderName): ReturnType<typeof providerAt> => {
    const config = { name, dialect: name, model: LIVE_MODELS[name] };
    return providerAt(simulator[name].baseUrl, config, { clocks: { firstTokenMs: 1_500, idleMs: 1_000 } });
  };
  beforeAll(async () => {
    simulator = await startSimulator({ pace: 'instant', sameAnswer: true });
  });
  afterAll(() => simulator.close());
  beforeEach(() => {
    providers = { groq: at('groq'), mistral: at('mistral'), deepseek: at('deepseek') };
  });
  afterEach(async () => {
    await Promise.all(Object.values(providers).map((provider) => provider.close()));
    await simulator.clear();
    simulator.configure({
      reasoning: 'auto',
      instructionMode: 'exact',
      prefixEcho: 'exact',
      splitSurrogatePairs: false,
    });
  });
  return {
    ask: async (name, { faults = [], signal, onParts, ...request } = {}) => {
      for (const fault of faults) await simulator[name].fault(fault);
      const messages = [{ role: 'user' as const, content: 'Explain tides, with a table, some code and an emoji.' }];
      return askProvider(providers[name], { messages, ...request }, signal, onParts);
    },
    handle: (name) => simulator[name],
    configure: (settings) => simulator.configure(settings),
    clear: () => simulator.clear(),
  };
}
