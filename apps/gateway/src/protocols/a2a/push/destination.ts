// Where push notifications may go. SECURITY: a client names the address, so that every rule here is one against making the
// gateway reach what only the gateway can reach: its own machine, its network, its cloud's metadata.
import { lookup as dnsLookup, type LookupAddress } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { ok, type Result } from '../../../errors.ts';

export interface DestinationRules {
  /** Lets http, private addresses and any port pass: for development on one machine only. */
  readonly development: boolean;
  /** Names that may be reached, `*.example.com` for all below one; empty for any. */
  readonly hosts: readonly string[];
  readonly ports: readonly number[];
}

const BLOCKED = new BlockList();
for (const [network, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const)
  BLOCKED.addSubnet(network, bits, 'ipv4');
// Of IPv6 only global unicast, without what carries other addresses within it: Teredo, ORCHID, 6to4, documentation.
const GLOBAL = new BlockList();
GLOBAL.addSubnet('2000::', 3, 'ipv6');
for (const [network, bits] of [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const)
  BLOCKED.addSubnet(network, bits, 'ipv6');

/** Whether an address is one of the public internet. */
export function isPublicAddress(address: string): boolean {
  switch (isIP(address)) {
    case 4:
      return !BLOCKED.check(address, 'ipv4');
    case 6:
      return GLOBAL.check(address, 'ipv6') && !BLOCKED.check(address, 'ipv6');
    default:
      return false;
  }
}

/** @param url as a URL parser writes it. The error says which rule forbids it. */
export function checkDestination(url: string, rules: DestinationRules): Result<void, string> {
  const { protocol, hostname, port } = new URL(url);
  if (protocol !== 'https:' && !(rules.development && protocol === 'http:'))
    return no('push notifications go to `https` addresses only');
  if (rules.hosts.length > 0 && !rules.hosts.some((allowed) => matches(hostname, allowed)))
    return no(
      `push notifications do not go to \`${hostname}\`: the operator lists the hosts that they go to`,
    );
  if (rules.development) return ok(undefined);
  const at = port === '' ? 443 : Number(port);
  if (!rules.ports.includes(at)) return no(`push notifications do not go to port ${at}`);
  const address = hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
  if (isIP(address) !== 0 && !isPublicAddress(address))
    return no('push notifications go to addresses of the public internet only');
  if (/(^|\.)(localhost|local|internal|home\.arpa)\.?$/.test(hostname) || !hostname.includes('.'))
    if (isIP(address) === 0) return no('push notifications go to names of the public internet only');
  return ok(undefined);
}

/**
 * Looks up a name for a connection that goes to exactly what was looked at: a name that leads to a private address, now or
 * when it is asked again, leads nowhere.
 */
export function guardedLookup(
  rules: Pick<DestinationRules, 'development'>,
  lookup: typeof dnsLookup = dnsLookup,
): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, found) => {
      const addresses = found as unknown as readonly LookupAddress[];
      if (error !== null) return callback(error, '', 0);
      const [first] = addresses;
      const isFit = rules.development || addresses.every(({ address }) => isPublicAddress(address));
      if (first === undefined || !isFit) {
        const why = `\`${hostname}\` leads to an address that is not of the public internet`;
        return callback(Object.assign(new Error(why), { code: 'EFORBIDDEN' }), '', 0);
      }
      if (options.all === true) return callback(null, [...addresses]);
      return callback(null, first.address, first.family);
    });
  };
}

function matches(hostname: string, allowed: string): boolean {
  return allowed.startsWith('*.') ? hostname.endsWith(allowed.slice(1)) : hostname === allowed;
}

function no(error: string): Result<never, string> {
  return { ok: false, error };
}
