import { BlockList, isIP } from 'node:net';

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/**
 * Whether `host` is this machine: 127.0.0.0/8, ::1 or localhost. It may be a name or an address, IPv6 with or without
 * brackets.
 */
export function isLoopback(host: string): boolean {
  const name = withoutBrackets(host).toLowerCase();
  const version = isIP(name);
  return version === 0 ? name === 'localhost' : loopback.check(name, version === 6 ? 'ipv6' : 'ipv4');
}

/** `[::1]` becomes `::1`, which `listen` takes; anything else stays. */
export function withoutBrackets(host: string): string {
  return host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : host;
}
