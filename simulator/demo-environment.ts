import type { Simulator } from './provider-simulator.js';

/** Variables that could lead a demo to a real provider, to a proxy or to the user's own `.env`. */
const PROVIDER_VARIABLE =
  /^(PROVIDERS|EXTRA_PROVIDERS|PROXY_URL|AI_PROXY_URL|NO_PROXY|ROUTING_POLICY)$|_(API_KEY|BASE_URL|MODEL|DIALECT|CONTEXT_TOKENS)$/;

/**
 * Points the service at the simulated providers and at nothing else. HOST, PORT, DATABASE_URL, LOG_LEVEL, limits and the
 * like are left as they are.
 */
export function pointAtSimulator(environment: NodeJS.ProcessEnv, simulator: Simulator): void {
  for (const name of Object.keys(environment)) {
    // Names are the same in upper and lower case on Windows.
    if (PROVIDER_VARIABLE.test(name.toUpperCase())) Reflect.deleteProperty(environment, name);
  }
  environment.RONDO_ENV_FILE = '';
  for (const { name, baseUrl } of simulator.all) {
    environment[`${name.toUpperCase()}_API_KEY`] = 'demo-key';
    environment[`${name.toUpperCase()}_BASE_URL`] = baseUrl;
  }
}

/** Where a person on this machine opens the service. */
export function localAddress(environment: NodeJS.ProcessEnv): string {
  const host = environment.HOST?.trim() ?? '';
  const port = environment.PORT?.trim() ?? '';
  const everywhere = host === '' || host === '0.0.0.0' || host === '::';
  const name = everywhere ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host;
  return `http://${name}:${port === '' ? '3000' : port}`;
}
