import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { localAddress, pointAtSimulator } from '../../../simulator/demo-environment.js';
import { startSimulator } from '../../../simulator/provider-simulator.js';
import type { Simulator } from '../../../simulator/provider-simulator.js';

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator();
});
afterAll(async () => {
  await simulator.close();
});

describe('the environment of the demo', () => {
  it('names the simulated providers and nothing that could reach a real one', () => {
    const environment: NodeJS.ProcessEnv = {
      GROQ_API_KEY: 'gsk_real',
      GROQ_MODEL: 'my-model',
      EXTRA_PROVIDERS: 'work',
      WORK_BASE_URL: 'https://llm.example.com/v1',
      WORK_API_KEY: 'real',
      PROVIDERS: 'work,groq',
      PROXY_URL: 'http://proxy.example.com:8080',
      AI_PROXY_URL: 'http://proxy.example.com:8080',
      DEEPSEEK_CONTEXT_TOKENS: '10',
      RONDO_ENV_FILE: '/home/me/.env',
      PORT: '4000',
      DATABASE_URL: 'sqlite::memory:',
      RATE_LIMIT: '5',
      LOG_LEVEL: 'debug',
    };
    pointAtSimulator(environment, simulator);
    expect(environment).toEqual({
      GROQ_API_KEY: 'demo-key',
      GROQ_BASE_URL: simulator.groq.baseUrl,
      MISTRAL_API_KEY: 'demo-key',
      MISTRAL_BASE_URL: simulator.mistral.baseUrl,
      DEEPSEEK_API_KEY: 'demo-key',
      DEEPSEEK_BASE_URL: simulator.deepseek.baseUrl,
      RONDO_ENV_FILE: '',
      PORT: '4000',
      DATABASE_URL: 'sqlite::memory:',
      RATE_LIMIT: '5',
      LOG_LEVEL: 'debug',
    });
  });

  it.each([
    [{}, 'http://127.0.0.1:3000'],
    [{ HOST: '0.0.0.0', PORT: '8080' }, 'http://127.0.0.1:8080'],
    [{ HOST: '::1', PORT: ' ' }, 'http://[::1]:3000'],
    [{ HOST: 'localhost' }, 'http://localhost:3000'],
  ])('tells where to open the service: %j', (environment, address) => {
    expect(localAddress(environment)).toBe(address);
  });
});
