import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { loadConfig } from '../../../src/config/environment.js';
import { PlainVariables } from '../../../src/config/plain-variables.js';

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
    writeFileSync('.env', 'PORT=4000 # ours\nGROQ_API_KEY="from file"');
    expect(() => loadConfig({})).toThrow('GROQ_API_KEY must hold only visible ASCII');
    writeFileSync('.env', '\uFEFFPORT=4000\r\nGROQ_API_KEY=file-key\r\n');
    expect(loadConfig({}).http.port).toBe(4000);
  });

  it('gives way to the environment, blank values included', () => {
    writeFileSync('.env', 'PORT=4000\nGROQ_API_KEY=file\nMISTRAL_API_KEY=file');
    const config = loadConfig({ PORT: '5000', GROQ_API_KEY: '' });
    expect(config.http.port).toBe(5000);
    expect(config.providers.map(({ name }) => name)).toEqual(['mistral']);
  });

  it('can be another, which then must exist', () => {
    writeFileSync('other.env', 'GROQ_API_KEY=other');
    expect(loadConfig({ RONDO_ENV_FILE: 'other.env' }).providers[0]?.apiKey).toBe('other');
    expect(() => loadConfig({ RONDO_ENV_FILE: 'missing.env', GROQ_API_KEY: 'k' })).toThrow(
      /RONDO_ENV_FILE names a file that cannot be read \(ENOENT\): .*missing\.env/,
    );
  });

  it('is not read when it is switched off by a blank', () => {
    writeFileSync('.env', 'GROQ_API_KEY=file');
    expect(() => loadConfig({ RONDO_ENV_FILE: '' })).toThrow('No provider is configured');
  });
});

describe('.env.example', () => {
  const example = readFileSync(EXAMPLE, 'utf8');

  it('can be used as it is, once a key is filled in', () => {
    writeFileSync('.env', example.replace('GROQ_API_KEY=', 'GROQ_API_KEY=key'));
    expect(loadConfig({})).toEqual(loadConfig({ RONDO_ENV_FILE: '', GROQ_API_KEY: 'key' }));
  });

  it('shows values that are all accepted', () => {
    writeFileSync('.env', example.replaceAll(/^#(?=[A-Z_]+=)/gm, ''));
    const config = loadConfig({ GROQ_API_KEY: 'a', MISTRAL_API_KEY: 'b', DEEPSEEK_API_KEY: 'c' });
    expect(config.warnings).toEqual([]);
    expect(config.http.publicUrls).toEqual(['https://chat.example.com']);
  });

  it('names every variable that stands for itself', () => {
    const named = [...example.matchAll(/^#?([A-Z_]+)=/gm)].map(([, name]) => name);
    expect(named).toEqual(expect.arrayContaining(Object.keys(new PlainVariables())));
  });
});
