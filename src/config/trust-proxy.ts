import { isIP } from 'node:net';
import type { HttpConfig } from './app-config.js';
import type { Variables } from './variables.js';

const MAX_HOPS = 32;

/** `TRUST_PROXY`: a number of hops, or a comma list of addresses and CIDRs. Trusting everyone is not offered. */
export function readTrustProxy(variables: Variables): HttpConfig['trustProxy'] {
  const value = variables.get('TRUST_PROXY');
  if (value === undefined || value === '0' || value === 'false') return false;
  if (/^\d{1,2}$/.test(value) && Number(value) <= MAX_HOPS) return Number(value);
  const networks = variables.list('TRUST_PROXY');
  if (networks.length > 0 && networks.every(isNetwork)) return networks;
  variables.reject('TRUST_PROXY', `must be a number of hops (at most ${String(MAX_HOPS)}) or a comma list of CIDRs`);
  return false;
}

function isNetwork(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/');
  const version = isIP(address);
  if (version === 0 || rest.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128));
}
