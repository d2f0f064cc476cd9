import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { loadConfig } from '../../../src/config/environment.js';
import { PlainVariables } from '../../../src/config/plain-variables.js';

/** As an env file should be: nobody else may read it. */
function write(text: string, file = '.env', mode = 0o600): void {
  writeFileSync(file, text);
  chmodSync(file, mode);
}

const EXAMPLE = join(import.meta.dirname, '..', '..', '..', '.env.example');

let folder = '';
let startedIn = '';

beforeEach(() => {
  startedIn = process.cwd();
  folder = mkdtempSync(join(tmpdir(), 'rondo-env-'));
  process.chdir(folder);
});

afterEach(() => {
  process.chdir(startedIn);
  rmSync(folder, { recursive: true });
});

describe('the env file', () => {
  it('is .env in the working folder, and need not exist', () => {
    expect(loadConfig({ GROQ_API_KEY: 'k' }).http.port).toBe(3000);
    write('PORT=4000 # ours\nGROQ_API_KEY="from file"');
    expect(() => loadConfig({})).toThrow('GROQ_API_KEY must hold only visible ASCII');
    write('\uFEFFPORT=4000\r\nGROQ_API_KEY=file-key\r\n');
    expect(loadConfig({}).http.port).toBe(4000);
  });

  it('gives way to the environment, blank values included', () => {
    write('PORT=4000\nGROQ_API_KEY=file\nMISTRAL_API_KEY=file');
    const config = loadConfig({ PORT: '5000', GROQ_API_KEY: '' });
    expect(config.http.port).toBe(5000);
    expect(config.providers.map(({ name }) => name)).toEqual(['mistral']);
  });

  it('can be another, which then must exist', () => {
    write('GROQ_API_KEY=other', 'other.env');
    expect(loadConfig({ RONDO_ENV_FILE: 'other.env' }).providers[0]?.apiKey).toBe('other');
    expect(() => loadConfig({ RONDO_ENV_FILE: 'missing.env', GROQ_API_KEY: 'k' })).toThrow(
      /RONDO_ENV_FILE names a file that cannot be read \(ENOENT\): .*missing\.env/,
    );
  });

  it('is not read when it is switched off by a blank', () => {
    write('GROQ_API_KEY=file');
    expect(() => loadConfig({ RONDO_ENV_FILE: '' })).toThrow('No provider is configured');
  });
});

describe('a warning', () => {
  const warningsOf = (text: string, env: NodeJS.ProcessEnv = {}, mode?: number): readonly string[] => {
    write(`GROQ_API_KEY=k\n${text}`, '.env', mode);
    return loadConfig(env).warnings;
  };

  it('tells of names in the file that nobody reads, and of the one that was meant', () => {
    expect(warningsOf('RATE_LIMT=5\nMAX_OUTPUT_TOKEN=5\nMAX_RUNING_ANSWER=9\nPRT=1\nRATE_LIMIT_WINDOW=1')).toEqual([
      'MAX_OUTPUT_TOKEN is ignored: Rondo has no such variable; did you mean MAX_OUTPUT_TOKENS?',
      'MAX_RUNING_ANSWER is ignored: Rondo has no such variable; did you mean MAX_RUNNING_ANSWERS?',
      'PRT is ignored: Rondo has no such variable; did you mean PORT?',
      'RATE_LIMIT_WINDOW is ignored: Rondo has no such variable; did you mean RATE_LIMIT_WINDOW_MS?',
      'RATE_LIMT is ignored: Rondo has no such variable; did you mean RATE_LIMIT?',
    ]);
    expect(warningsOf('OPENAI_API_KEY=canary\nBLANK=\nNODE_ENV=production')).toEqual([
      'NODE_ENV in the env file is ignored: Rondo has no such variable',
      'OPENAI_API_KEY in the env file is ignored: EXTRA_PROVIDERS lists no such provider',
    ]);
  });

  it('does not come for what the environment sets anew, nor for variables of an extra provider', () => {
    const extra = 'EXTRA_PROVIDERS=my-llm\nMY_LLM_BASE_URL=http://127.0.0.1:1/v1\nMY_LLM_MODEL=m';
    expect(
      warningsOf(`${extra}\nPROXY_URL=http://p.example:1\nAI_PROXY_URL=http://q.example:1`, { PORT: '1' }),
    ).toEqual([]);
  });

  it('tells of keys that others may read, where there are such rights', () => {
    if (process.platform === 'win32') return;
    expect(warningsOf('', {}, 0o644)).toEqual([
      expect.stringMatching(/\.env holds keys and every account .* may read it$/),
    ]);
    expect(warningsOf('', {}, 0o640)).toEqual([]);
    write('PORT=1', '.env', 0o644);
    expect(loadConfig({ GROQ_API_KEY: 'k' }).warnings).toEqual([]);
  });
});

describe('.env.example', () => {
  const example = readFileSync(EXAMPLE, 'utf8');

  it('can be used as it is, once a key is filled in', () => {
    write(example.replace('GROQ_API_KEY=', 'GROQ_API_KEY=key'));
    expect(loadConfig({})).toEqual(loadConfig({ RONDO_ENV_FILE: '', GROQ_API_KEY: 'key' }));
  });

  it('shows values that are all accepted', () => {
    write(example.replaceAll(/^#(?=[A-Z_]+=)/gm, ''));
    const config = loadConfig({ GROQ_API_KEY: 'a', MISTRAL_API_KEY: 'b', DEEPSEEK_API_KEY: 'c' });
    expect(config.warnings).toEqual([]);
    expect(config.http.publicUrls).toEqual(['https://chat.example.com']);
  });

  it('names every variable that stands for itself', () => {
    const named = [...example.matchAll(/^#?([A-Z_]+)=/gm)].map(([, name]) => name);
    expect(named).toEqual(expect.arrayContaining(Object.keys(new PlainVariables())));
  });
});
