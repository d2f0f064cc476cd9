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
    ['PATIENCE', 'PATIENCE_MS'],
    ['PATIENCE_SECONDS', 'PATIENCE_MS'],
    ['PATIENC_MS', 'PATIENCE_MS'],
    ['IDLE_TIMOUT', 'IDLE_TIMEOUT_MS'],
    ['FIRST_TOKEN_TIMEOUT_SEC', 'FIRST_TOKEN_TIMEOUT_MS'],
    ['RATE_LIMIT_WINDOW', 'RATE_LIMIT_WINDOW_MS'],
    ['RATE_WINDOW', 'RATE_LIMIT_WINDOW_MS'],
    ['SHUTDOWN_GRACE', 'SHUTDOWN_GRACE_MS'],
    ['DATABASE', 'DATABASE_URL'],
    ['DATABASE_URI', 'DATABASE_URL'],
    ['PROXY', 'PROXY_URL'],
    ['MAX_TOKENS', 'MAX_OUTPUT_TOKENS'],
    ['MAX_RUNNING', 'MAX_RUNNING_ANSWERS'],
    ['HISTORY_MESSAGES', 'HISTORY_WINDOW_MESSAGES'],
    ['GROQ_KEY', 'GROQ_API_KEY'],
    ['groq_key', 'GROQ_API_KEY'],
    ['GROQ_TOKEN', 'GROQ_API_KEY'],
    ['MISTRAL_APIKEY', 'MISTRAL_API_KEY'],
    ['MISTRAL_SECRET_KEY', 'MISTRAL_API_KEY'],
    ['DEEPSEEK_URL', 'DEEPSEEK_BASE_URL'],
    ['DEEPSEEK_API_BASE', 'DEEPSEEK_BASE_URL'],
    ['GROQ_ENDPOINT', 'GROQ_BASE_URL'],
    ['GROQ_MODEL_NAME', 'GROQ_MODEL'],
    ['MISTRAL_CONTEXT', 'MISTRAL_CONTEXT_TOKENS'],
  ])('names what %s was meant to be', (name, meant) => {
    expect(warningsOf({ [name]: 'canary' })).toEqual([
      `${name} is ignored: Rondo has no such variable; did you mean ${meant}?`,
    ]);
  });

  it('names the variable of the provider whose name it begins with', () => {
    const extra = { EXTRA_PROVIDERS: 'groq-two', GROQ_TWO_BASE_URL: 'http://127.0.0.1:1/v1', GROQ_TWO_MODEL: 'm' };
    expect(warningsOf({ ...extra, GROQ_TWO_TOKEN: 'canary' })).toEqual([
      'GROQ_TWO_TOKEN is ignored: Rondo has no such variable; did you mean GROQ_TWO_API_KEY?',
    ]);
  });

  it('comes with the refusal to start, of which it may be the cause', () => {
    const start = () => loadConfig({ RONDO_ENV_FILE: '', GROQ_KEY: 'canary', MISTRAL_API_KEY_FILE: 'canary' });
    expect(start).toThrow(
      /- No provider is configured: [^]*\nWhat is set and has no effect:\n {2}- GROQ_KEY is ignored: .* did you mean GROQ_API_KEY\?\n {2}- MISTRAL_API_KEY_FILE is ignored: this version/,
    );
    expect(start).not.toThrow(/canary/);
  });

  it('leaves the names of others alone', () => {
    const others = [
      ...[
        'HOME',
        'HOSTS',
        'POST',
        'PATH',
        'TEMP',
        'TMP',
        'X',
        'HOSTNAME',
        'HOSTTYPE',
        'PORTS',
        'LOG',
        'LOG_FILE',
        'LOG_DIR',
      ],
      ...[
        'LANG',
        'LANGUAGE',
        'LC_ALL',
        'TERM',
        'SHELL',
        'SHLVL',
        'USER',
        'USERNAME',
        'LOGNAME',
        'PWD',
        'OLDPWD',
        'EDITOR',
      ],
      ...[
        'NODE_ENV',
        'NODE_OPTIONS',
        'NODE_PATH',
        'DEBUG',
        'CI',
        'HISTORY',
        'HISTSIZE',
        'HISTFILE',
        'PROMPT',
        'PROMPT_COMMAND',
      ],
      ...[
        'npm_config_loglevel',
        'npm_config_noproxy',
        'npm_config_https_proxy',
        'npm_package_name',
        'npm_lifecycle_event',
      ],
      ...[
        'HTTP_PROXY',
        'HTTPS_PROXY',
        'ALL_PROXY',
        'http_proxy',
        'https_proxy',
        'all_proxy',
        'PROXY_USER',
        'PROXY_PORT',
      ],
      ...[
        'DATABASE_NAME',
        'DATABASE_HOST',
        'DATABASE_PORT',
        'DATABASE_USER',
        'DATABASE_PASSWORD',
        'DB_URL',
        'REDIS_URL',
      ],
      ...[
        'PGHOST',
        'PGPORT',
        'PGDATABASE',
        'PGCONNECT_TIMEOUT',
        'POSTGRES_URL',
        'POSTGRES_PASSWORD',
        'MONGO_URL',
        'APP_URL',
      ],
      ...[
        'OPENAI_API_KEY',
        'OPENAI_BASE_URL',
        'ANTHROPIC_API_KEY',
        'API_KEY',
        'API_URL',
        'BASE_URL',
        'MODEL',
        'AI_MODEL',
      ],
      ...[
        'SYSTEMROOT',
        'SYSTEMDRIVE',
        'PUBLIC',
        'SystemRoot',
        'PROGRAMFILES',
        'PROCESSOR_LEVEL',
        'PUBLIC_DIR',
        'PUBLIC_KEY',
        'ALLUSERSPROFILE',
      ],
      ...[
        'KUBERNETES_SERVICE_HOST',
        'GROQ_SERVICE_HOST',
        'GROQ_PORT',
        'GROQ_PORT_80_TCP_ADDR',
        'RONDO_PORT',
        'RONDO_SERVICE_HOST',
      ],
      ...[
        'MAX_MEMORY',
        'MIN_REPLICAS',
        'RATE',
        'MAX',
        'TIMEOUT',
        'TIMEOUT_MS',
        'CONTAINER',
        'INVOCATION_ID',
        'JOURNAL_STREAM',
      ],
      ...['SSH_CONNECTION', 'SSL_CERT_FILE', 'TZ', 'WEB_CONCURRENCY', 'SHUTDOWN', 'CONTINUE', 'EXTRA', 'TRUST', 'CORS'],
    ];
    expect(
      warningsOf({ ...Object.fromEntries(others.map((name) => [name, 'x'])), NO_PROXY: 'a', no_proxy: 'a' }),
    ).toEqual([]);
    expect(warningsOf({ RATE_LIMT: ' ' })).toEqual([]);
  });

  it.each([
    ...['MANAGEMENT_PORT', 'MANAGEMENT_HOST', 'DATABASE_DIRECT_URL', 'DATABASE_POOL', 'MAX_BODY_BYTES', 'LEASE_MS'],
    ...['GROQ_MODELS', 'GROQ_API_KEYS', 'GROQ_HEADERS', 'GROQ_PRICE', 'GROQ_WEIGHT', 'MISTRAL_CONNECT_TIMEOUT_MS'],
    ...['MISTRAL_FIRST_TOKEN_TIMEOUT_MS', 'DEEPSEEK_IDLE_TIMEOUT_MS', 'SLA_FIRST_TOKEN_MS', 'FRAME_MS'],
    ...['TOKEN_LIMIT', 'BUDGET_USD', 'BUDGET_TOKENS', 'BUDGET_PERIOD', 'BUDGET_TOTAL_USD', 'HISTORY_RETENTION_DAYS'],
    ...['CONTINUE_AFTER_CRASH', 'OTEL_EXPORTER_OTLP_ENDPOINT', 'OTEL_EXPORTER_OTLP_HEADERS', 'OTEL_SERVICE_NAME'],
    ...['OTEL_TRACES_SAMPLER', 'OTEL_TRACES_SAMPLER_ARG', 'AUTH', 'ADMIN_API_KEY', 'SAFETY_URL', 'LIMITS_FILE'],
    ...['JWT_ISSUERS', 'JWT_HEADER', 'JWT_1_AUDIENCE', 'JWT_2_JWKS_URL', 'JWT_4_USER_CLAIM'],
    ...[
      'OIDC_ISSUER',
      'OIDC_CLIENT_ID',
      'OIDC_CLIENT_SECRET',
      'OIDC_SCOPES',
      'OIDC_USER_CLAIM',
      'OIDC_RECHECK_MINUTES',
    ],
    ...['PROXY_USER_HEADER', 'PROXY_GROUPS_HEADER', 'AUTH_GROUPS_CLAIM', 'AUTH_ALLOW', 'AUTH_ADMIN'],
    ...['SYSTEM_PROMPT_MODE', 'SESSION_TTL_HOURS', 'GROQ_API_KEY_FILE', 'MISTRAL_API_KEYS_FILE', 'GROQ_HEADERS_FILE'],
    ...[
      'DATABASE_URL_FILE',
      'DATABASE_DIRECT_URL_FILE',
      'PROXY_URL_FILE',
      'OIDC_CLIENT_SECRET_FILE',
      'ADMIN_API_KEY_FILE',
    ],
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
