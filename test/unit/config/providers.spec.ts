import { describe, expect, it } from '@jest/globals';
import type { AppConfig } from '../../../src/config/app-config.js';
import { ConfigError } from '../../../src/config/config-error.js';
import { loadConfig } from '../../../src/config/environment.js';

const ALL = { GROQ_API_KEY: 'a', MISTRAL_API_KEY: 'b', DEEPSEEK_API_KEY: 'c' };
const MY_LLM = { EXTRA_PROVIDERS: 'my-llm', MY_LLM_BASE_URL: 'http://10.0.0.7:8000/v1/', MY_LLM_MODEL: 'llama' };

function load(env: NodeJS.ProcessEnv): AppConfig {
  return loadConfig({ RONDO_ENV_FILE: '', ...env });
}

function namesOf(env: NodeJS.ProcessEnv): string[] {
  return load(env).providers.map(({ name }) => name);
}

function problemsOf(env: NodeJS.ProcessEnv): readonly string[] {
  try {
    load(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

describe('the providers', () => {
  it('are those whose key is set', () => {
    expect(namesOf(ALL)).toEqual(['groq', 'mistral', 'deepseek']);
    expect(namesOf({ DEEPSEEK_API_KEY: 'c' })).toEqual(['deepseek']);
    expect(namesOf({ ...ALL, MISTRAL_API_KEY: ' ' })).toEqual(['groq', 'deepseek']);
  });

  it('are asked for by name of their keys where there is none', () => {
    expect(problemsOf({})).toEqual([
      'No provider is configured: set at least one of GROQ_API_KEY, MISTRAL_API_KEY, DEEPSEEK_API_KEY, ' +
        'or name your own server in EXTRA_PROVIDERS',
    ]);
    expect(() => load({})).toThrow(/GROQ_API_KEY, MISTRAL_API_KEY, DEEPSEEK_API_KEY/);
  });

  it('come in the order of PROVIDERS, which may leave some out', () => {
    expect(namesOf({ ...ALL, ...MY_LLM, PROVIDERS: 'deepseek, my-llm ,groq' })).toEqual(['deepseek', 'my-llm', 'groq']);
    expect(namesOf({ ...ALL, ...MY_LLM })).toEqual(['groq', 'mistral', 'deepseek', 'my-llm']);
  });

  it('are left out with a warning where PROVIDERS lists one without a key', () => {
    const config = load({ GROQ_API_KEY: 'a', PROVIDERS: 'mistral,groq' });
    expect(config.providers.map(({ name }) => name)).toEqual(['groq']);
    expect(config.warnings).toEqual(['PROVIDERS lists mistral, which is left out because MISTRAL_API_KEY is not set']);
  });

  it('cannot be unknown or listed twice', () => {
    expect(problemsOf({ ...ALL, PROVIDERS: 'groq,gork' })).toEqual([
      'PROVIDERS must only list providers there are: groq, mistral, deepseek',
    ]);
    expect(problemsOf({ ...ALL, PROVIDERS: 'groq,groq' })).toEqual(['PROVIDERS must not list a provider twice']);
  });

  it('can be told another address, model and window', () => {
    const env = { GROQ_BASE_URL: 'http://127.0.0.1:1/v1//', GROQ_MODEL: 'm', GROQ_CONTEXT_TOKENS: '9000' };
    expect(load({ ...ALL, ...env }).providers[0]).toMatchObject({
      baseUrl: 'http://127.0.0.1:1/v1',
      model: 'm',
      contextTokens: 9000,
    });
  });

  it.each([
    ['http://u:p@host/v1', /^GROQ_BASE_URL must not hold credentials; use GROQ_API_KEY$/],
    ['host:8000/v1', /^GROQ_BASE_URL must be an address that begins with/],
    ['https://host/v1?key=1', /^GROQ_BASE_URL must not have a query/],
    ['https://host/v1/chat/completions', /^GROQ_BASE_URL must not end in \/chat\/completions/],
  ])('do not accept the address %s', (url, problem) => {
    expect(problemsOf({ ...ALL, GROQ_BASE_URL: url })).toEqual([expect.stringMatching(problem)]);
  });

  it('do not accept a key that no header can carry', () => {
    expect(problemsOf({ GROQ_API_KEY: 'gsk\nInjected: 1' })).toEqual([
      expect.stringMatching(/^GROQ_API_KEY must hold/),
    ]);
  });
});

describe('extra providers', () => {
  it('read variables named after them and need no key', () => {
    expect(load(MY_LLM).providers).toEqual([
      { name: 'my-llm', dialect: 'openai', baseUrl: 'http://10.0.0.7:8000/v1', model: 'llama' },
    ]);
  });

  it('can be a second account at a provider known by name', () => {
    const env = { EXTRA_PROVIDERS: 'groq-2', GROQ_2_API_KEY: 'second', GROQ_2_DIALECT: 'groq' };
    expect(load(env).providers).toEqual([
      {
        name: 'groq-2',
        dialect: 'groq',
        baseUrl: 'https://api.groq.com/openai/v1',
        model: 'openai/gpt-oss-120b',
        apiKey: 'second',
      },
    ]);
  });

  it('say which of their variables are missing', () => {
    expect(problemsOf({ ...ALL, EXTRA_PROVIDERS: 'my-llm' })).toEqual([
      'MY_LLM_BASE_URL must be set, because EXTRA_PROVIDERS names my-llm',
      'MY_LLM_MODEL must be set, because EXTRA_PROVIDERS names my-llm',
    ]);
  });

  it.each(['2nd', 'a b', 'ünlaut', '../x', 'x'.repeat(33)])('cannot be called %s', (name) => {
    expect(problemsOf({ ...ALL, EXTRA_PROVIDERS: name })).toEqual([
      expect.stringMatching(/^EXTRA_PROVIDERS must list/),
    ]);
  });

  it.each(['groq', 'mistral_ai', 'my-llm,my_llm'])('cannot take the name of another: %s', (names) => {
    expect(problemsOf({ ...ALL, ...MY_LLM, EXTRA_PROVIDERS: names })).toEqual([
      expect.stringMatching(/^EXTRA_PROVIDERS must not list/),
    ]);
  });

  it('speak a dialect there is', () => {
    expect(problemsOf({ ...MY_LLM, MY_LLM_DIALECT: 'latin' })).toEqual([
      'MY_LLM_DIALECT must be one of openai, groq, mistral, deepseek',
    ]);
  });
});
