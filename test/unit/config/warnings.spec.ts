import { describe, expect, it } from '@jest/globals';
import { loadConfig } from '../../../src/config/environment.js';

function warningsOf(env: NodeJS.ProcessEnv): readonly string[] {
  return loadConfig({ RONDO_ENV_FILE: '', GROQ_API_KEY: 'k', ...env }).warnings;
}

describe('a warning about the environment', () => {
  it.each([
    ['RATE_LIMT', 'RATE_LIMIT'],
    ['RATE_LIMTI', 'RATE_LIMIT'],
    ['rate_limit', 'RATE_LIMIT'],
    ['MAX_OUTPUT_TOKEN', 'MAX_OUTPUT_TOKENS'],
    ['DATABSE_UR', 'DATABASE_URL'],
    ['GROQ_APIKEY', 'GROQ_API_KEY'],
    ['MISTRAL_MODLE', 'MISTRAL_MODEL'],
    ['LOGLEVEL', 'LOG_LEVEL'],
    ['RONDO_ENVFILE', 'RONDO_ENV_FILE'],
  ])('names what %s was meant to be', (name, meant) => {
    expect(warningsOf({ [name]: 'canary' })).toEqual([
      `${name} is ignored: Rondo has no such variable; did you mean ${meant}?`,
    ]);
  });

  it('leaves the names of others alone', () => {
    const others = [
      'HOME',
      'HOSTS',
      'POST',
      'PATH',
      'TEMP',
      'OPENAI_API_KEY',
      'npm_config_loglevel',
      'HTTP_PROXY',
      'X',
    ];
    expect(
      warningsOf({ ...Object.fromEntries(others.map((name) => [name, 'x'])), NO_PROXY: 'a', no_proxy: 'a' }),
    ).toEqual([]);
    expect(warningsOf({ RATE_LIMT: ' ' })).toEqual([]);
  });

  it.each([
    'AUTH',
    'JWT_2_AUDIENCE',
    'OIDC_ISSUER',
    'MANAGEMENT_PORT',
    'DATABASE_POOL',
    'BUDGET_USD',
    'OTEL_EXPORTER_OTLP_ENDPOINT',
    'GROQ_MODELS',
    'GROQ_API_KEYS',
    'MISTRAL_CONNECT_TIMEOUT_MS',
    'GROQ_API_KEY_FILE',
    'DATABASE_URL_FILE',
    'ADMIN_API_KEY_FILE',
    'LEASE_MS',
  ])('says that %s belongs to a later version', (name) => {
    expect(warningsOf({ [name]: 'canary' })).toEqual([
      `${name} is ignored: this version of Rondo does not have it yet`,
    ]);
  });

  it('leaves variables alone that only look as if they were of a later version', () => {
    expect(warningsOf({ OTHER_MODELS: 'x', LOG_FILE: 'x', JWT_9_AUDIENCE: 'x' })).toEqual([]);
  });

  it.each(['"sk-canary"', "'sk-canary'", '"sk-canary', 'sk-canary"'])(
    'tells of quotation marks around a key: %s',
    (key) => {
      const warnings = warningsOf({ MISTRAL_API_KEY: key });
      expect(warnings).toEqual([expect.stringMatching(/^MISTRAL_API_KEY has a quotation mark/)]);
      expect(warnings.join()).not.toContain('canary');
    },
  );

  it.each(['http://llm.example.com/v1', 'HTTP://10.0.0.7:8000', 'http://vllm:8000/v1'])(
    'tells of a key that travels unencrypted to %s',
    (url) => {
      const extra = { EXTRA_PROVIDERS: 'my-llm', MY_LLM_MODEL: 'm', MY_LLM_BASE_URL: url };
      const warnings = warningsOf({ GROQ_BASE_URL: url, ...extra, MY_LLM_API_KEY: 'sk' });
      expect(warnings).toEqual([
        expect.stringMatching(/^GROQ_BASE_URL begins with http:\/\/ .* GROQ_API_KEY/),
        expect.stringMatching(/^MY_LLM_BASE_URL begins with http:\/\/ .* MY_LLM_API_KEY/),
      ]);
    },
  );

  it.each(['http://127.0.0.1:8000/v1', 'http://localhost:8000', 'http://[::1]:8000', 'https://llm.example.com'])(
    'is not needed for a key that goes to %s',
    (url) => {
      expect(warningsOf({ GROQ_BASE_URL: url })).toEqual([]);
    },
  );

  it('is not needed where there is no key to be read on the way', () => {
    const extra = { EXTRA_PROVIDERS: 'my-llm', MY_LLM_MODEL: 'm', MY_LLM_BASE_URL: 'http://vllm:8000/v1' };
    expect(warningsOf({ MISTRAL_BASE_URL: 'http://llm.example.com', ...extra })).toEqual([]);
  });
});
