import { BlockList, isIP } from 'node:net';

/** Addresses that a provider inside a private network could reach, but no caller should. */
const INSIDE_V4 = blockList([
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  // Link-local, with the metadata of most clouds.
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  // Multicast, reserved, broadcast.
  ['224.0.0.0', 3],
  // Azure's service to its machines.
  ['168.63.129.16', 32],
]);
const GLOBAL_V6 = blockList([['2000::', 3]]);
/** Global addresses with an IPv4 address inside: Teredo and 6to4. */
const PROTOCOLS_V6 = blockList([
  ['2001::', 23],
  ['2002::', 16],
]);
/** Names that public DNS lacks and internal networks use. */
const INSIDE_NAME =
  /(^|\.)(localhost|localhost6|local|localdomain6?|domain|workgroup|internal|intranet|private|corp|home|lan|arpa|svc|cluster|consul|docker|test|invalid|alt|onion)$/;
/** Names of the service that tells a cloud machine its secrets; some clouds give it a public name. */
const METADATA_NAME = /^(metadata|instance-data)\./;

/**
 * An image's address on the public network, unambiguous to every URL parser; undefined for any other text. It must use
 * `https:`, without credentials, and no internal name or address in any notation. A public name may still lead inside:
 * the operator of a provider must bound what it fetches.
 */
export function publicImageAddress(text: string): string | undefined {
  // URL parsers disagree about backslashes, white space and missing slashes.
  if (!/^https:\/\/[^/\\\s]/i.test(text) || /[\\\s]/.test(text) || !URL.canParse(text)) return undefined;
  const { hostname, username, password, href } = new URL(text);
  if (username + password !== '') return undefined;
  return isPublic(hostname.replace(/\.+$/, '')) ? href : undefined;
}

/** `host` as `URL` writes it: numbers in any notation are dotted addresses, IPv6 has brackets. */
function isPublic(host: string): boolean {
  const address = host.replace(/^\[|\]$/g, '');
  const version = isIP(address);
  if (version === 4) return !INSIDE_V4.check(address, 'ipv4');
  if (version === 6) return GLOBAL_V6.check(address, 'ipv6') && !PROTOCOLS_V6.check(address, 'ipv6');
  return host.includes('.') && !INSIDE_NAME.test(host) && !METADATA_NAME.test(host);
}

function blockList(subnets: readonly (readonly [address: string, bits: number])[]): BlockList {
  const list = new BlockList();
  for (const [address, bits] of subnets) list.addSubnet(address, bits, isIP(address) === 6 ? 'ipv6' : 'ipv4');
  return list;
}
