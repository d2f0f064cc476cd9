import type { ProviderConfig } from './app-config.js';
import { BUILT_IN } from './provider-defaults.js';
import { prefixOf, readBuiltIn, readExtra } from './provider-settings.js';
import type { Variables } from './variables.js';

const NAME = /^[a-z][a-z0-9_-]{0,31}$/;
/** The metrics' name of a built-in provider; an extra of this name would look the same there. */
const RESERVED: readonly string[] = ['mistral_ai'];

/** The providers that exist, in the order of `PROVIDERS`: each built-in one whose key is set, and the extras. */
export function readProviders(variables: Variables): ProviderConfig[] {
  const problemsBefore = variables.problems.length;
  const extras = readExtraNames(variables);
  const present = new Map<string, ProviderConfig>();
  for (const name of BUILT_IN) keep(present, readBuiltIn(variables, name));
  for (const name of extras) keep(present, readExtra(variables, name));
  const order = readOrder(variables, [...BUILT_IN, ...extras]);
  const providers = order.map((name) => present.get(name)).filter((provider) => provider !== undefined);
  if (providers.length === 0 && variables.problems.length === problemsBefore) rejectNone(variables);
  return providers;
}

function keep(present: Map<string, ProviderConfig>, provider: ProviderConfig | undefined): void {
  if (provider !== undefined) present.set(provider.name, provider);
}

function readExtraNames(variables: Variables): string[] {
  const names = variables.list('EXTRA_PROVIDERS').map((name) => name.toLowerCase());
  const valid = names.filter((name) => NAME.test(name));
  if (valid.length < names.length) {
    variables.reject('EXTRA_PROVIDERS', 'must list names of letters, digits, - and _ that begin with a letter');
  }
  const prefixes = new Set(BUILT_IN.map(prefixOf));
  return valid.filter((name) => {
    const taken = prefixes.has(prefixOf(name)) || RESERVED.includes(name);
    if (taken) variables.reject('EXTRA_PROVIDERS', `must not list ${name}: that name is taken`);
    prefixes.add(prefixOf(name));
    return !taken;
  });
}

function readOrder(variables: Variables, names: readonly string[]): readonly string[] {
  const order = variables.list('PROVIDERS').map((name) => name.toLowerCase());
  if (order.length === 0) return names;
  if (!order.every((name) => names.includes(name))) {
    variables.reject('PROVIDERS', `must only list providers there are: ${names.join(', ')}`);
  }
  if (new Set(order).size < order.length) variables.reject('PROVIDERS', 'must not list a provider twice');
  for (const name of BUILT_IN.filter((builtIn) => order.includes(builtIn))) {
    if (variables.get(`${prefixOf(name)}_API_KEY`) !== undefined) continue;
    variables.warnings.push(`PROVIDERS lists ${name}, which is left out because ${prefixOf(name)}_API_KEY is not set`);
  }
  return order;
}

function rejectNone(variables: Variables): void {
  const keys = BUILT_IN.map((name) => `${prefixOf(name)}_API_KEY`).join(', ');
  const listed = variables.get('PROVIDERS') === undefined ? '' : ' of a provider that PROVIDERS lists';
  variables.problems.push(
    `No provider is configured: set at least one of ${keys}${listed}, or name your own server in EXTRA_PROVIDERS`,
  );
}
