import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { AppConfig } from '../../../src/config/app-config.js';
import { ConfigError } from '../../../src/config/config-error.js';
import { loadConfig } from '../../../src/config/environment.js';

const KEYS = { GROQ_API_KEY: 'gsk_test', RONDO_ENV_FILE: '' };

function load(env: NodeJS.ProcessEnv): AppConfig {
  return loadConfig({ ...KEYS, ...env });
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

describe('the environment', () => {
  it('needs nothing but a key', () => {
    expect(load({})).toEqual({
      http: { host: '127.0.0.1', port: 3000, publicUrls: [], corsOrigins: [], trustProxy: false },
      databaseUrl: 'sqlite://./data/rondo.db',
      providers: [
        {
          name: 'groq',
          dialect: 'groq',
          baseUrl: 'https://api.groq.com/openai/v1',
          model: 'openai/gpt-oss-120b',
          apiKey: 'gsk_test',
        },
      ],
      proxy: { bypass: [] },
      routingPolicy: 'round-robin',
      limits: {
        perUser: 60,
        windowMs: 60_000,
        maxRunningAnswers: 4000,
        maxRunningPerUser: 8,
        maxOpenStreams: 8000,
        maxMessageChars: 32_000,
        blockedTerms: [],
      },
      chat: {
        maxOutputTokens: 4096,
        historyWindowMessages: 50,
        answerTimeoutMs: 600_000,
        detachGraceMs: 30_000,
        continueAnswers: true,
      },
      clocks: { connectMs: 5000, firstTokenMs: 20_000, idleMs: 30_000 },
      relay: { hedgeAfter: 'off', minTokensPerSecond: 0, patienceMs: 30_000 },
      shutdown: { delayMs: 0, graceMs: 25_000 },
      logLevel: 'info',
      warnings: [],
    });
  });

  it('cannot be changed once it is read', () => {
    const config = load({ BLOCKED_TERMS: 'a' });
    expect(() => Object.assign(config.limits.blockedTerms, ['b'])).toThrow(TypeError);
    expect(() => Object.assign(config.http, { port: 1 })).toThrow(TypeError);
  });

  it('takes a blank variable for an unset one', () => {
    const blank = Object.fromEntries(
      ['HOST', 'PORT', 'PROVIDERS', 'EXTRA_PROVIDERS', 'TRUST_PROXY', 'TEMPERATURE', 'LOG_LEVEL', 'GROQ_MODEL'].map(
        (name) => [name, '  '],
      ),
    );
    expect(load(blank)).toEqual(load({}));
  });

  it('lists every problem at once, each by its variable', () => {
    const problems = problemsOf({
      PORT: '70000',
      MAX_RUNNING_ANSWERS: '0',
      LOG_LEVEL: 'loud',
      ROUTING_POLICY: 'least-loaded',
      CONTINUE_ANSWERS: 'perhaps',
      TEMPERATURE: '3',
      DATABASE_URL: 'postgres://db/rondo',
      PUBLIC_URL: 'chat.example.com',
      TRUST_PROXY: 'everyone',
      PROXY_URL: 'socks5://proxy',
      GROQ_BASE_URL: 'ftp://x',
      PROVIDERS: 'groq,nobody',
    });
    expect(problems.map((problem) => problem.split(' ')[0]).sort()).toEqual([
      'CONTINUE_ANSWERS',
      'DATABASE_URL',
      'GROQ_BASE_URL',
      'LOG_LEVEL',
      'MAX_RUNNING_ANSWERS',
      'PORT',
      'PROVIDERS',
      'PROXY_URL',
      'PUBLIC_URL',
      'ROUTING_POLICY',
      'TEMPERATURE',
      'TRUST_PROXY',
    ]);
  });

  it('says what a whole number may be', () => {
    expect(problemsOf({ PORT: '70000' })).toEqual(['PORT must be a whole number from 0 to 65535']);
    expect(problemsOf({ RATE_LIMIT_PER_ADDRESS: '-1' })).toEqual([
      'RATE_LIMIT_PER_ADDRESS must be a whole number from 1 to 1000000000',
    ]);
  });

  it.each(['1e3', '0x10', '3000.5', '٣', '-1', '3 000', 'NaN', 'Infinity', '99999999999999999999'])(
    'does not take %s for a port',
    (port) => {
      expect(problemsOf({ PORT: port })).toHaveLength(1);
    },
  );

  it('never repeats a value, whatever is wrong with it', () => {
    const names = [
      'GROQ_API_KEY',
      'GROQ_BASE_URL',
      'PROXY_URL',
      'PORT',
      'DATABASE_URL',
      'PROVIDERS',
      'EXTRA_PROVIDERS',
    ];
    const secret = fc.string({ minLength: 1, maxLength: 12 }).map((text) => `s3cret\u0007/?#${text}`);
    fc.assert(
      fc.property(secret, fc.constantFrom(...names), (value, name) => {
        expect(problemsOf({ [name]: value }).join('\n')).not.toContain('s3cret');
      }),
    );
  });

  it.each([
    ['off', 'off'],
    ['p95', 'p95'],
    ['800', 800],
  ])('hedges after %s', (value, expected) => {
    expect(load({ HEDGE_AFTER: value }).relay.hedgeAfter).toBe(expected);
  });

  it.each(['p50', '-1', 'soon', '1.5'])('does not hedge after %s', (value) => {
    expect(problemsOf({ HEDGE_AFTER: value })).toEqual([expect.stringMatching(/^HEDGE_AFTER must be/)]);
  });

  it('reads what a request falls back to', () => {
    const env = { SYSTEM_PROMPT: 'Be brief.', TEMPERATURE: '0.7', MAX_OUTPUT_TOKENS: '99', CONTINUE_ANSWERS: 'false' };
    expect(load(env).chat).toMatchObject({
      systemPrompt: 'Be brief.',
      temperature: 0.7,
      maxOutputTokens: 99,
      continueAnswers: false,
    });
  });
});

describe('where to listen', () => {
  it.each(['127.0.0.1', '127.8.9.1', '::1', '[::1]', 'localhost'])('needs no leave on %s', (host) => {
    expect(load({ HOST: host }).limits.perAddress).toBeUndefined();
  });

  it.each(['0.0.0.0', '::', '10.0.0.1', '128.0.0.1', 'rondo.example.com', '127.0.0.1.example.com'])(
    'refuses %s while nobody has to say who they are',
    (host) => {
      expect(problemsOf({ HOST: host })).toEqual([expect.stringMatching(/^HOST .*ALLOW_UNAUTHENTICATED=true/)]);
      expect(problemsOf({ HOST: host, ALLOW_UNAUTHENTICATED: 'false' })).toHaveLength(1);
      expect(load({ HOST: host, ALLOW_UNAUTHENTICATED: 'true' }).limits.perAddress).toBe(600);
    },
  );

  it.each([{ PUBLIC_URL: 'https://chat.example.com' }, { TRUST_PROXY: '1' }, { TRUST_PROXY: '127.0.0.1' }])(
    'limits addresses on loopback, too, where others come by way of it: %j',
    (env) => {
      expect(load(env).limits.perAddress).toBe(600);
    },
  );

  it('lets the limit per address be set anywhere', () => {
    expect(load({ RATE_LIMIT_PER_ADDRESS: '7' }).limits.perAddress).toBe(7);
  });

  it('keeps addresses as origins', () => {
    const { http } = load({
      PUBLIC_URL: 'https://Chat.example.com/, http://a.test:80',
      CORS_ORIGINS: 'https://b.test',
    });
    expect(http.publicUrls).toEqual(['https://chat.example.com', 'http://a.test']);
    expect(http.corsOrigins).toEqual(['https://b.test']);
  });

  it.each(['*', 'null', 'https://a.test/path', 'https://u:p@a.test', 'ws://a.test', 'https://a.test?q'])(
    'does not take %s for an origin',
    (origin) => {
      expect(problemsOf({ CORS_ORIGINS: origin })).toEqual([expect.stringMatching(/^CORS_ORIGINS /)]);
    },
  );

  it.each([
    ['2', 2],
    ['0', false],
    ['10.0.0.0/8, ::1', ['10.0.0.0/8', '::1']],
  ])('trusts the proxies of %s', (value, expected) => {
    expect(load({ TRUST_PROXY: value }).http.trustProxy).toEqual(expected);
  });

  it.each(['true', '*', '10.0.0.0/33', '10.0.0.0/', '1.2.3', '99', '::/129', '10.0.0.0/8/8'])(
    'does not trust the proxies of %s',
    (value) => {
      expect(problemsOf({ TRUST_PROXY: value })).toEqual([expect.stringMatching(/^TRUST_PROXY /)]);
    },
  );

  it('prefers PROXY_URL and reads NO_PROXY in either case', () => {
    expect(load({ AI_PROXY_URL: 'http://old:1', no_proxy: 'A.test, .b.test' }).proxy).toEqual({
      url: 'http://old:1',
      bypass: ['a.test', '.b.test'],
    });
    expect(load({ AI_PROXY_URL: 'not even a URL', PROXY_URL: 'http://u:p@new:2' }).proxy.url).toBe('http://u:p@new:2');
  });
});
