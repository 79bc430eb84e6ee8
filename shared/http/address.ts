import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { SmallbatchError } from '../errors.ts';

/** Where a request goes: a name or a literal address (IPv6 without brackets), and the port. */
export interface Target {
  readonly host: string;
  readonly port: number;
}

const DEFAULT_PORTS: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443 };

/**
 * The target of a URL. URLs know addresses in odd spellings (`0x7f.1`, `2130706433`, `[::ffff:7f00:1]`), so a literal address is
 * always in its usual form here.
 * @throws SmallbatchError ADDRESS_REFUSED for any protocol but http and https
 */
export function toTarget(url: URL): Target {
  const port = url.port || DEFAULT_PORTS[url.protocol];
  if (port !== undefined && url.protocol in DEFAULT_PORTS)
    return { host: url.hostname.toLowerCase().replace(/^\[|\]$|\.$/g, ''), port: Number(port) };
  throw new SmallbatchError(
    'ADDRESS_REFUSED',
    `expected an http or https URL, found one that begins with ${url.protocol}`,
  );
}

/** Does the config name the target, as `host` (any port) or `host:port`? */
export function isAllowed({ host, port }: Target, allowedHosts: readonly string[]): boolean {
  const bracketed = isIP(host) === 6 ? `[${host}]` : host;
  const names = [host, bracketed, `${bracketed}:${port}`];
  return allowedHosts.some((entry) => names.includes(entry.toLowerCase()));
}

/** Judges what a URL says itself: its protocol, and its address when that is a literal one. @throws SmallbatchError ADDRESS_REFUSED */
export function assertReachable(url: URL, allowedHosts: readonly string[]): void {
  const target = toTarget(url);
  if (isIP(target.host) !== 0 && !isAllowed(target, allowedHosts)) assertPublic(target.host, target);
}

/**
 * Only addresses that are routed on the public internet pass: not private, loopback, link-local (cloud metadata), shared,
 * reserved or multicast ones, nor IPv6 ones that carry one of IPv4, nor a cloud's own.
 * @throws SmallbatchError ADDRESS_REFUSED
 */
export function assertPublic(address: string, target: Target): void {
  const range = CLOUD_ADDRESSES.get(ipaddr.process(address).toString()) ?? rangeOf(address);
  if (range === 'unicast') return;
  const where = address === target.host ? address : `${target.host} (${address})`;
  throw new SmallbatchError(
    'ADDRESS_REFUSED',
    `${where}: expected a public address, found a ${range} one; the config can allow ${target.host}:${target.port}`,
  );
}

/**
 * Where clouds answer their own machines (metadata, keys, DNS) although the address reads as a public one. Those of other clouds
 * are link-local, private or reserved: 169.254.169.254 (most), 100.100.100.200 (Alibaba), 192.0.0.192 (Oracle), fd00:ec2::254 (AWS).
 */
const CLOUD_ADDRESSES: ReadonlyMap<string, string> = new Map([
  // https://learn.microsoft.com/azure/virtual-network/what-is-ip-address-168-63-129-16
  ['168.63.129.16', 'cloud platform (Azure)'],
]);

/** All IPv6 addresses that IANA has given out for the public internet; beside it are old forms like `::7f00:1` (127.0.0.1). */
const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR('2000::/3');

function rangeOf(address: string): string {
  const parsed = ipaddr.process(address);
  const range = parsed.range();
  const isOutside = parsed.kind() === 'ipv6' && !parsed.match(GLOBAL_UNICAST);
  return range === 'unicast' && isOutside ? 'not global' : range;
}
