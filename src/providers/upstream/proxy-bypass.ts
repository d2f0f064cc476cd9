import { BlockList, isIP } from 'node:net';
import { isLoopback, withoutBrackets } from '../../config/loopback.js';

/** Whether requests to `target` go out directly: always for loopback, else `NO_PROXY` decides. */
export function bypassesProxy(target: URL, bypass: readonly string[]): boolean {
  const host = withoutBrackets(target.hostname).toLowerCase();
  const port = target.port || (target.protocol === 'https:' ? '443' : '80');
  if (isLoopback(host) || host.endsWith('.localhost')) return true;
  return bypass.some((entry) => matches(entry.trim().toLowerCase(), host, port));
}

/** An entry is `*`, an address, a network as `10.0.0.0/8`, or a name that stands for itself and all below it. */
function matches(entry: string, host: string, port: string): boolean {
  if (entry === '') return false;
  if (entry === '*') return true;
  const [name, wantedPort] = splitPort(entry);
  if (wantedPort !== undefined && wantedPort !== port) return false;
  if (isIP(host) !== 0) return inNetwork(withoutBrackets(name), host);
  const suffix = name.replace(/^\*?\./, '');
  return host === suffix || host.endsWith(`.${suffix}`);
}

/** An IPv6 address holds colons itself: with a port it stands in brackets. */
function splitPort(entry: string): [string, string | undefined] {
  const found = /^(\[[^\]]*\]|[^:]*):(\d+)$/.exec(entry);
  return found?.[1] === undefined ? [entry, undefined] : [found[1], found[2]];
}

function inNetwork(entry: string, host: string): boolean {
  const [network = '', prefix] = entry.split('/');
  const family = isIP(network);
  if (family === 0 || family !== isIP(host)) return false;
  const bits = family === 4 ? 32 : 128;
  const length = prefix === undefined ? bits : Number(prefix);
  if (!Number.isInteger(length) || length < 0 || length > bits) return false;
  const version = family === 4 ? 'ipv4' : 'ipv6';
  const list = new BlockList();
  list.addSubnet(network, length, version);
  return list.check(host, version);
}
