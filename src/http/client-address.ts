import { isIP, isIPv4, isIPv6 } from 'node:net';
import type { Request, RequestHandler } from 'express';
import type { AppConfig } from '../config/app-config.js';

const IPV4_IN_IPV6 = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;
/** `192.0.2.1:4711` and `[2001:db8::1]:4711`, as some proxies write addresses; also `[2001:db8::1]`. */
const WITH_PORT = /^(?:(\d+\.\d+\.\d+\.\d+):\d+|\[([0-9a-f:.]+)\](?::\d+)?)$/i;

/**
 * The client's address; for IPv6 its /64, which is what one subscriber has. `X-Forwarded-For` counts as far as
 * `TRUST_PROXY` allows, and only where it holds an address.
 */
export function addressOf(request: Pick<Request, 'ip' | 'socket'>): string {
  const { ip = '' } = request;
  const address = isIP(ip) === 0 ? (request.socket.remoteAddress ?? '') : ip;
  const mapped = IPV4_IN_IPV6.exec(address)?.[1];
  if (mapped !== undefined && isIPv4(mapped)) return mapped;
  return isIPv6(address) ? network(address) : address;
}

/** The share of `all` that one address may take: a quarter, where addresses are told apart. */
export function shareOfAddress(all: number, { perAddress }: AppConfig['limits']): number {
  return perAddress === undefined ? Infinity : Math.ceil(all / 4);
}

/** The first four groups, without leading zeros. */
function network(address: string): string {
  const [withoutZone = ''] = address.split('%');
  // `URL` writes every notation of an address the same way.
  const { hostname } = new URL(`http://[${withoutZone}]`);
  const [head = '', tail = ''] = hostname.slice(1, -1).split('::');
  const [first, last] = [groups(head), groups(tail)];
  const zeros = Array.from({ length: 8 - first.length - last.length }, () => '0');
  return `${[...first, ...zeros, ...last].slice(0, 4).join(':')}::/64`;
}

function groups(part: string): string[] {
  return part === '' ? [] : part.split(':');
}

/**
 * Removes ports from `X-Forwarded-For`. An address with a port is not recognised, so all clients would share the
 * proxy's limit.
 */
export const forwardedFor: RequestHandler = (request, _response, next) => {
  const given = request.headers['x-forwarded-for'];
  if (typeof given === 'string' && /[:[]/.test(given)) {
    const addresses = given.split(',').map((entry) => entry.trim().replace(WITH_PORT, '$1$2'));
    request.headers['x-forwarded-for'] = addresses.join(', ');
  }
  next();
};
