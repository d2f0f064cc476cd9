import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { PlainVariables } from '../../../src/config/plain-variables.js';
import { loadConfig } from '../../../src/config/environment.js';
import { PROVIDER_DEFAULTS } from '../../../src/config/provider-defaults.js';
import { Variables } from '../../../src/config/variables.js';
import { readDoc, tableRows } from '../../support/markdown-docs.js';

const rows = tableRows(readDoc('README.md'), 'variable');
const PROVIDER_VARIABLE = /^(GROQ|MISTRAL|DEEPSEEK|MY_LLM|<NAME>)_(API_KEY|BASE_URL|MODEL|DIALECT|CONTEXT_TOKENS)$/;

/** Every variable that reading the configuration asks for; those of one provider under `<NAME>`. */
function variablesRead(): Set<string> {
  const asked = jest.spyOn(Variables.prototype, 'get');
  loadConfig({
    RONDO_ENV_FILE: '',
    EXTRA_PROVIDERS: 'my-llm',
    MY_LLM_BASE_URL: 'http://127.0.0.1:8000',
    MY_LLM_MODEL: 'm',
  });
  // Read before there are variables: it says where they are.
  return new Set(['RONDO_ENV_FILE', ...asked.mock.calls.map(([name]) => general(name))]);
}

function general(name: string): string {
  return name.toUpperCase().replace(PROVIDER_VARIABLE, '<NAME>_$2');
}

describe("README's variables", () => {
  afterEach(() => void jest.restoreAllMocks());

  it('are exactly those that the configuration reads', () => {
    expect(new Set(rows.map(([name = '']) => general(name)))).toEqual(variablesRead());
  });

  it('are those of .env.example', () => {
    const example = readDoc('.env.example').matchAll(/^#?([A-Z][A-Z_]+)=/gm);
    const names = new Set([...example].map(([, name = '']) => general(name)));
    expect(new Set(rows.map(([name = '']) => general(name)))).toEqual(new Set([...names, 'RONDO_ENV_FILE']));
  });

  it('are each named once, with the key of every built-in provider', () => {
    const names = rows.map(([name]) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const provider of Object.keys(PROVIDER_DEFAULTS)) expect(names).toContain(`${provider.toUpperCase()}_API_KEY`);
  });

  it('have the defaults that the configuration has', () => {
    const defaults = Object.entries(new PlainVariables()).filter(([, value]) => value !== undefined);
    for (const [name, value] of defaults) {
      expect([name, rows.find(([row]) => row === name)?.[1]]).toEqual([name, String(value)]);
    }
  });

  it('give every built-in provider its address and model', () => {
    const shown = tableRows(readDoc('README.md'), 'provider').map(([name = '', ...rest]) => [
      name.toLowerCase(),
      ...rest,
    ]);
    const defaults = Object.entries(PROVIDER_DEFAULTS).map(([name, { baseUrl, model }]) => [name, baseUrl, model]);
    expect(shown).toEqual(defaults);
  });
});
